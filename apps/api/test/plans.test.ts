/** Every order of the list is read from an index, in order and under row-level security, however long the list is. */
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase, type TasksAsker, type TasksTransaction } from '../src/database/database.js'
import type { Slot } from '../src/database/shapes.js'
import { selectCounts } from '../src/tasks/counts.js'
import { listTasks, readPage, selectTasks } from '../src/tasks/repository.js'
import { type ListQuery, listQuerySchema } from '../src/tasks/schema.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

/** The part of a plan this test looks at. */
interface PlanNode {
  'Node Type': string
  'Index Name'?: string
  'Index Cond'?: string
  'Scan Direction'?: string
  Plans?: PlanNode[]
}

const ROWS = 20_000

describe.each(inject('databases'))('plans on $name', ({ url }) => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await createTestDatabase(url)
    // So many rows at once may take longer than somebody would wait for an answer.
    const filling = createDatabase(db.pool, { role: () => db.role, isAwaited: false })
    for (const [person, rows] of [
      ['ada', ROWS],
      ['bob', ROWS / 4],
    ] as const) {
      const fill = async (tx: TasksTransaction) => {
        await sql`insert into claimcheck_tasks.accounts (user_id) values (${person})`.execute(tx)
        await sql`
          insert into claimcheck_tasks.tasks
            (user_id, id, title, completed_at, priority, due_on, created_at, updated_at, creation)
          select ${person}, gen_random_uuid(), 'Task ' || n, case when n % 10 > 0 then now() end,
            n % 4, case when n % 3 > 0 then date '2026-01-01' + n % 700 end,
            now() - n * interval '1 minute', now() - n * interval '1 minute', ''
          from generate_series(1, ${rows}::int) n
        `.execute(tx)
      }
      await filling.asUser(person, fill, { statementMs: 60_000 })
    }
    await db.run('analyze claimcheck_tasks.tasks')
  })
  afterAll(() => db.close())

  it.each([
    ['createdAt', 'desc', 'tasks_by_creation', 'Backward'],
    ['createdAt', 'asc', 'tasks_by_creation', 'Forward'],
    ['updatedAt', 'desc', 'tasks_by_update', 'Backward'],
    ['updatedAt', 'asc', 'tasks_by_update', 'Forward'],
    ['priority', 'desc', 'tasks_by_priority', 'Backward'],
    ['priority', 'asc', 'tasks_by_priority', 'Forward'],
    ['dueOn', 'asc', 'tasks_by_due_date', 'Forward'],
    ['dueOn', 'desc', 'tasks_by_due_date_backwards', 'Backward'],
  ])('sort=%s&order=%s is read from %s, %s', async (sort, order, index, direction) => {
    for (const status of ['all', 'open']) {
      const first = listQuerySchema.parse({ sort, order, status })
      const { nextCursor } = await db.database.asUser('ada', (tx) => listTasks(tx, first))
      for (const query of [first, { ...first, cursor: nextCursor ?? '' }]) {
        const nodes = await explain(query)
        // "Result" compares the person of the query with the person of the transaction, once.
        expect(nodes.map((node) => node['Node Type'])).toEqual(['Limit', 'Result', 'Index Scan'])
        const scan = nodes[2]
        expect(scan?.['Index Name']).toBe(index)
        expect(scan?.['Scan Direction']).toBe(direction)
        const condition = scan?.['Index Cond'] ?? ''
        expect(condition).toContain('user_id')
        if (status === 'open') expect(condition).toContain('completed = false')
        if (query.cursor !== undefined) expect(condition).toMatch(/ROW\(/)
        // The page itself is prepared, and may be planned once for whoever asks.
        expect((await explainPrepared(query)).map(toScan)).toEqual(nodes.map(toScan))
      }
    }
  })

  it('counts what is open in one pass, without a look at what is done or of somebody else', async () => {
    // Of most of a table, as Ada's tasks are here, Postgres reads all.
    const plan = await db.database.asUser('bob', (tx) =>
      selectCounts(tx, 'bob', '2026-02-01').explain<{ 'QUERY PLAN': { Plan: PlanNode }[] }>('json'),
    )
    const nodes = flatten(plan[0]?.['QUERY PLAN'][0]?.Plan)
    const scans = nodes.filter((node) => node['Index Name'] !== undefined)
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan')
    expect(scans).toHaveLength(1)
    expect(scans[0]?.['Index Cond']).toContain('user_id')
    expect(scans[0]?.['Index Cond']).toContain('completed = false')
  })

  /** The plan of what readPage asks, as Postgres keeps it for any person and position. */
  async function explainPrepared(query: ListQuery): Promise<PlanNode[]> {
    return await db.database.asUser('ada', async (tx) => {
      let plan: PlanNode | undefined
      const ask: TasksAsker['ask'] = async (_, values, build) => {
        const slot: Slot = (name) => values[name] as never
        const { sql: text, parameters } = build(tx, slot).compile()
        const given = parameters.map((value) => pg.escapeLiteral(String(value))).join(', ')
        await sql`set local plan_cache_mode = force_generic_plan`.execute(tx)
        await sql`prepare page as ${sql.raw(text)}`.execute(tx)
        const { rows } = await sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>`
          explain (format json) execute page(${sql.raw(given)})
        `.execute(tx)
        plan = rows[0]?.['QUERY PLAN'][0]?.Plan
        await sql`deallocate page`.execute(tx)
        return []
      }
      await readPage({ ...tx, userId: tx.userId, ask }, query)
      return flatten(plan)
    })
  }

  async function explain(query: ListQuery): Promise<PlanNode[]> {
    const plan = await db.database.asUser('ada', (tx) =>
      selectTasks(tx, query).explain<{ 'QUERY PLAN': { Plan: PlanNode }[] }>('json'),
    )
    return flatten(plan[0]?.['QUERY PLAN'][0]?.Plan)
  }
})

function toScan(node: PlanNode): unknown {
  return [node['Node Type'], node['Index Name'], node['Scan Direction']]
}

function flatten(node: PlanNode | undefined): PlanNode[] {
  return node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(flatten)]
}
