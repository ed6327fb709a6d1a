/** The second fence as Postgres has it: its policies, and how many rows it lets one person see. */
import { sql } from 'kysely'
import type pg from 'pg'
import type { Database, TasksTransaction } from './database.js'

/** One row-level policy of the tasks table, as the catalogue words it. */
export interface Policy {
  readonly name: string
  /** `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`. */
  readonly command: string
  /** Restrictive policies narrow what the permissive ones let through. */
  readonly restrictive: boolean
  /** Which rows are there; null where the policy is about new ones only. */
  readonly using: string | null
  /** Which rows may be written; null where `using` says it. */
  readonly check: string | null
}

export interface Fence {
  /** The role the transaction ran as. */
  readonly role: string
  readonly policies: readonly Policy[]
  /** Tasks of everybody, and those that a query without any condition finds. Those in the trash count. */
  readonly rows: { readonly inTable: number; readonly visible: number }
}

/** Looks at the fence as one person. */
export type ReadFence = (userId: string) => Promise<Fence>

/** Makes the look. Everybody who asks at the same time shares one count of the table, which grows with its owners. */
export function createFenceReader(pool: pg.Pool, database: Database): ReadFence {
  let counting: Promise<number> | null = null

  return async function readFence(userId) {
    counting ??= countRows(pool).finally(() => {
      counting = null
    })
    const inTable = await counting
    return database.asUser(userId, async (tx) => {
      const { role, visible } = await readVisible(tx)
      return { role, policies: await readPolicies(tx), rows: { inTable, visible } }
    })
  }
}

/** There is no `where` on purpose: what is left out is what row-level security leaves out. */
async function readVisible(tx: TasksTransaction): Promise<{ role: string; visible: number }> {
  const { rows } = await sql<{ role: string; visible: number }>`
    select current_user as role, (select count(*)::int from claimcheck_tasks.tasks) as visible
  `.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error('Postgres did not say how many rows there are.')
  return row
}

async function readPolicies(tx: TasksTransaction): Promise<readonly Policy[]> {
  const { rows } = await sql<Policy>`
    select policyname as name, cmd as command, permissive = 'RESTRICTIVE' as restrictive,
      qual as using, with_check as check
    from pg_policies where schemaname = 'claimcheck_tasks' and tablename = 'tasks'
    order by permissive, policyname
  `.execute(tx)
  return rows
}

/**
 * The fence holds for the login as well, which may only read who has an account: so it counts as each person in turn.
 * The setting ends with the statement.
 */
async function countRows(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ total: number }>(`
    select coalesce(sum(own.rows), 0)::int as total
    from claimcheck_tasks.accounts,
      lateral (select set_config('app.user_id', accounts.user_id, true) as user_id) as person,
      lateral (
        select count(*) as rows from claimcheck_tasks.tasks where tasks.user_id = person.user_id
      ) as own
  `)
  return rows[0]?.total ?? 0
}
