/** Row-level security as Postgres has it: its policies, and how many rows it lets one person see. */
import { sql } from 'kysely'
import type pg from 'pg'
import type { Database, TasksTransaction } from '../database/database.js'
import { withDeadline } from '../database/deadline.js'
import { isUnavailable } from '../database/unavailable.js'
import { ApiError } from '../errors.js'

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

export interface RowSecurity {
  /** The role the transaction ran as. */
  readonly role: string
  readonly policies: readonly Policy[]
  /** Tasks of everybody, and those that a query without any condition finds. Those in the trash count. */
  readonly rows: { readonly inTable: number; readonly visible: number }
}

/** Looks at it as one person. */
export type ReadRowSecurity = (userId: string) => Promise<RowSecurity>

/** Milliseconds the count may take, and for which one serves everybody: it grows with the people who have tasks. */
const COUNT_MS = 2000
const FRESH_MS = 2000

/**
 * Makes the look.
 *
 * @throws ApiError `database_unavailable` when Postgres cannot be reached or does not answer in time.
 */
export function createRowSecurityReader(pool: pg.Pool, database: Database): ReadRowSecurity {
  let counting: Promise<number> | null = null
  let until = 0

  function count(): Promise<number> {
    if (counting === null || performance.now() > until) {
      until = Number.POSITIVE_INFINITY
      counting = countRows(pool).finally(() => {
        until = performance.now() + FRESH_MS
      })
    }
    return counting
  }

  async function look(userId: string): Promise<RowSecurity> {
    const inTable = await count()
    return database.asUser(userId, async (tx) => {
      const { role, visible } = await readVisible(tx)
      return { role, policies: await readPolicies(tx), rows: { inTable, visible } }
    })
  }

  return (userId) => withDeadline(look(userId))
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
 * Row-level security holds for the login as well, which may only read who has an account: so it counts as each person
 * in turn.
 * Both statements are one transaction, with which the settings end.
 */
async function countRows(pool: pg.Pool): Promise<number> {
  const text = `
    set local statement_timeout = ${COUNT_MS};
    select coalesce(sum(own.rows), 0)::int as total
    from claimcheck_tasks.accounts,
      lateral (select set_config('app.user_id', accounts.user_id, true) as user_id) as person,
      lateral (
        select count(*) as rows from claimcheck_tasks.tasks where tasks.user_id = person.user_id
      ) as own`
  try {
    // Of the driver's types, none knows that it gives up on a dead connection, or that two statements have two results.
    const patient = { text, query_timeout: COUNT_MS + 1000 }
    const results: unknown = await pool.query(patient)
    const total: unknown = Array.isArray(results) ? results[1]?.rows[0]?.total : undefined
    if (typeof total !== 'number') throw new Error('Postgres did not count the tasks.')
    return total
  } catch (error) {
    if (isUnavailable(error)) throw new ApiError('database_unavailable', { cause: error })
    throw error
  }
}
