/**
 * The database of sign-in: one schema of its own, named in every query, so that any Postgres and
 * any pooler will do.
 */
import type { BetterAuthOptions } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'

/** The schema that belongs to the web app; the API has its own and never looks in here. */
export const authSchema = 'claimcheck_auth'

/** Kysely without table types: the tables are Better Auth's, which knows them better. */
export type AuthDatabase = Kysely<Record<string, never>>

export interface AuthStore {
  readonly database: AuthDatabase
  close(): Promise<void>
}

/** Opens a pool; no connection is made before the first query. */
export function openDatabase(url: string, onIdleError: (error: Error) => void): AuthStore {
  const pool = new Pool({
    connectionString: url,
    application_name: 'claimcheck-web',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
  })
  // A connection that breaks while nobody uses it would otherwise end the process.
  pool.on('error', onIdleError)
  const database: AuthDatabase = new Kysely({ dialect: new PostgresDialect({ pool }) })
  return { database, close: () => database.destroy() }
}

/** What Better Auth's `database` option takes. */
export function toDatabaseOption(database: AuthDatabase) {
  return { db: database, type: 'postgres', schemaName: authSchema, transaction: true } as const
}

/**
 * Brings the schema up to date, once however many processes start together. Lock and changes share
 * one transaction, so they stay on one connection behind a pooler as well, and a start that is
 * killed leaves neither.
 */
export async function migrate(database: AuthDatabase, options: BetterAuthOptions): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${authSchema} migrations`}, 0))`.execute(
      transaction,
    )
    const { runMigrations } = await getMigrations({
      ...options,
      database: toDatabaseOption(transaction),
    })
    await runMigrations()
  })
}
