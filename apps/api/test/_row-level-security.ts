/** Takes down one fence at a time, so that a test can show that the other holds alone. */
import {
  type BinaryOperationNode,
  ColumnNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  ReferenceNode,
  ValueNode,
} from 'kysely'
import type { TestDatabase } from './_database.js'

/** How often conditions on the person were taken out. */
export interface Stripping {
  readonly plugin: KyselyPlugin
  readonly count: () => number
}

/** Takes `user_id = …` out of every WHERE. */
export function stripOwner(): Stripping {
  let count = 0

  class OwnerStripper extends OperationNodeTransformer {
    protected override transformBinaryOperation(node: BinaryOperationNode): BinaryOperationNode {
      if (!isOwner(node.leftOperand)) return super.transformBinaryOperation(node)
      count += 1
      const anything = ValueNode.createImmediate(true)
      return { ...node, leftOperand: anything, rightOperand: anything }
    }
  }

  const stripper = new OwnerStripper()
  return {
    plugin: {
      transformQuery: ({ node, queryId }) => stripper.transformNode(node, queryId),
      transformResult: async ({ result }) => result,
    },
    count: () => count,
  }
}

/** Lets row-level security show everybody's rows to anybody who is somebody, and still none to nobody. */
export async function openPolicies(db: TestDatabase): Promise<void> {
  for (const table of ['tasks', 'accounts']) {
    await db.run(`
      create policy open_to_everybody on claimcheck_tasks.${table}
        using (nullif(current_setting('app.user_id', true), '') is not null)
        with check (true)
    `)
  }
}

function isOwner(node: OperationNode): boolean {
  return (
    ReferenceNode.is(node) && ColumnNode.is(node.column) && node.column.column.name === 'user_id'
  )
}
