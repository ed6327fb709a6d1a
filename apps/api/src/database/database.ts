/** The way to the rows: a transaction that speaks for one person, and nothing else. */
import { asUser } from 'claimcheck/postgres'
import type { Generated, GeneratedAlways, Kysely, KyselyPlugin } from 'kysely'
import pg from 'pg'
import { bindKysely } from './bound-kysely.js'
import { isUnavailable } from './database-failure.js'
import { ApiError } from './errors.js'
import { isMigrated } from './prepare-database.js'

export interface AccountTable {
  user_id: string
  created_at: Generated<Date>
  trash_since: Date | null
  /** How the issuer's feed names the person; null until the next sweep. */
  entry: string | null
  /** When the person's data was deleted; such a row refuses new tasks. */
  deleted_at: Date | null
}

export interface TaskTable {
  user_id: string
  id: string
  title: string
  notes: string
  completed: GeneratedAlways<boolean>
  completed_at: Date | null
  priority: number
  due_on: string | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
  deleted_at: Date | null
  version: Generated<number>
  creation: Buffer
}

export interface TasksSchema {
  'claimcheck_tasks.accounts': AccountTable
  'claimcheck_tasks.tasks': TaskTable
}

declare const speaksFor: unique symbol

/** Queries inside a transaction of one person. Every function of a repository takes it first. */
export type TasksTransaction = Kysely<TasksSchema> & {
  readonly [speaksFor]: true
  /** The person all rows belong to. */
  readonly userId: string
}

export interface DatabaseOptions {
  /** The role requests switch to, or undefined until the database has been prepared: requests are then 503. */
  role: () => string | undefined
  /** Added to every query of a request, for observation. Default: none. */
  plugins?: readonly KyselyPlugin[]
}

export interface Database {
  /**
   * Runs `work` in one transaction as one person.
   *
   * @throws ApiError `database_unavailable` when Postgres cannot be reached, is not prepared or does not answer in time.
   */
  asUser<Result>(
    userId: string,
    work: (transaction: TasksTransaction) => Promise<Result>,
  ): Promise<Result>
  /** Resolves when Postgres can be reached and has the schema of this version; rejects otherwise. */
  check(): Promise<void>
}

/** Milliseconds to wait for a free or a new connection. */
const CONNECT_MS = 2000

/** Milliseconds one statement of a request may take. */
const STATEMENT_MS = 3000

/** The most connections one process holds. */
const POOL_SIZE = 10

/** Opens a pool; TLS is as the URL says. Dates stay text, because a day is not a moment. */
export function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    fallback_application_name: 'claimcheck-api',
    types: { getTypeParser: toTypeParser },
  })
  // An idle connection that breaks has already left the pool: without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** Makes the only door to the tables that requests have. */
export function createDatabase(pool: pg.Pool, { role, plugins = [] }: DatabaseOptions): Database {
  return {
    asUser: async (userId, work) => {
      const switchedTo = role()
      if (switchedTo === undefined) throw new ApiError('database_unavailable')
      try {
        return await asUser(
          pool,
          { role: switchedTo, userId, statementTimeout: STATEMENT_MS },
          (transaction) => {
            const queries = bindKysely<TasksSchema>(
              (text, values) => transaction.query(text, values),
              plugins,
            )
            // asUser made the transaction these queries are bound to, which is what the brand stands for.
            return work(Object.assign(queries, { userId }) as TasksTransaction)
          },
        )
      } catch (error) {
        if (isUnavailable(error)) throw new ApiError('database_unavailable', { cause: error })
        throw error
      }
    },
    check: async () => {
      if (role() === undefined) throw new ApiError('database_unavailable')
      if (!(await isMigrated(pool))) throw new ApiError('database_unavailable')
    },
  }
}

function toTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === pg.types.builtins.DATE) return (value: string) => value
  return pg.types.getTypeParser(oid, format)
}
