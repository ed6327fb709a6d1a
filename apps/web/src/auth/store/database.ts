/**
 * The database of sign-in: one schema of its own, named in every query, so that any Postgres and
 * any pooler will do.
 */
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool, type PoolClient } from 'pg'
import { isTimeout } from './database-failure.js'
import { authSchema } from './tables.js'

/** Kysely without table types: the tables are Better Auth's, which knows them better. */
export type AuthDatabase = Kysely<Record<string, never>>

export interface AuthStore {
  readonly database: AuthDatabase
  readonly pool: Pool
  /** Rejects while the database cannot be reached or has not the tables of sign-in. */
  check(): Promise<void>
  count(): { readonly total: number; readonly idle: number; readonly waiting: number }
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Milliseconds one query may take; 0 for any. Default: three seconds. */
  readonly queryTimeout?: number
}

/** Milliseconds to wait for a free or a new connection. */
const CONNECT_MS = 2_000

/** Opens a pool; no connection is made before the first query. */
export function openDatabase(
  url: string,
  onIdleError: (error: Error) => void,
  { queryTimeout = 3_000 }: DatabaseOptions = {},
): AuthStore {
  const pool = new Pool({
    query_timeout: queryTimeout,
    connectionString: url,
    application_name: 'claimcheck-web',
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
  })
  // A connection that breaks while nobody uses it would otherwise end the process.
  pool.on('error', onIdleError)
  pool.on('connect', (client) => {
    // So would one that is lent out and breaks between two queries: the pool listens to idle ones alone.
    client.on('error', () => undefined)
    endWhenStuck(client)
  })
  const database: AuthDatabase = new Kysely({ dialect: new PostgresDialect({ pool }) })
  return {
    database,
    pool,
    async check() {
      await sql`select from ${sql.table(`${authSchema}.session`)} limit 0`.execute(database)
    },
    count: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => database.destroy(),
  }
}

/**
 * A query that came to no end leaves its connection waiting for one. The connection is not used
 * again: the database, or what lies in between, hangs and may never say so.
 */
function endWhenStuck(client: PoolClient): void {
  client.query = new Proxy(client.query, {
    apply(query, self, given) {
      const result: unknown = Reflect.apply(query, self, given)
      if (result instanceof Promise) {
        result.catch((error: unknown) => {
          if (isTimeout(error)) void client.end().catch(() => undefined)
        })
      }
      return result
    },
  })
}

/** What Better Auth's `database` option takes. */
export function toDatabaseOption(database: AuthDatabase) {
  return { db: database, type: 'postgres', schemaName: authSchema, transaction: true } as const
}
