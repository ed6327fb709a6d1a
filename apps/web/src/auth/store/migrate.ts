/** Brings the schema of sign-in up to date, or looks whether somebody has. */
import type { BetterAuthOptions } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { sql, type Transaction } from 'kysely'
import { StartError } from '../../start-error.js'
import { type AuthDatabase, toDatabaseOption } from './database.js'
import { authSchema, createTables } from './tables.js'

type AuthTransaction = Transaction<Record<string, never>>

/**
 * Brings the schema up to date, once however many processes start together. Lock and changes share
 * one transaction, so they stay on one connection behind a pooler as well, and a start that is
 * killed leaves neither.
 *
 * @returns What was made, such as `table session` and `index email_link_user_id`.
 */
export function migrate(database: AuthDatabase, options: BetterAuthOptions): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${authSchema} migrations`}, 0))`.execute(
      transaction,
    )
    const before = new Set(await listObjects(transaction))
    const { runMigrations } = await getMigrations({
      ...options,
      database: toDatabaseOption(transaction),
    })
    await runMigrations()
    await createTables(transaction)
    return (await listObjects(transaction)).filter((name) => !before.has(name))
  })
}

/**
 * Expects a schema that is up to date, and changes nothing.
 *
 * @throws {StartError} when it is not.
 */
export async function assertMigrated(
  database: AuthDatabase,
  options: BetterAuthOptions,
  variable: string,
): Promise<void> {
  const missing = await database.transaction().execute(async (transaction) => {
    const { toBeCreated, toBeAdded } = await getMigrations({
      ...options,
      database: toDatabaseOption(transaction),
    })
    const { rows } = await sql<{ there: boolean }>`
      select to_regclass(${`${authSchema}.account_event`}) is not null as there`.execute(
      transaction,
    )
    return toBeCreated.length + toBeAdded.length + (rows[0]?.there ? 0 : 1)
  })
  if (missing === 0) return
  throw new StartError(
    `The database of ${variable} is not prepared for this version, and MIGRATE_AT_START=off keeps the app from doing it. Run: npm run migrate`,
  )
}

async function listObjects(transaction: AuthTransaction): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select case relkind when 'r' then 'table ' else 'index ' end || relname as name
    from pg_class where relnamespace = to_regnamespace(${authSchema}) and relkind in ('r', 'i')
    union all
    select 'column ' || table_name || '.' || column_name from information_schema.columns
    where table_schema = ${authSchema}
    union all
    select 'constraint ' || conname from pg_constraint
    where connamespace = to_regnamespace(${authSchema}) and contype = 'c'
    order by name`.execute(transaction)
  return rows.map(({ name }) => name)
}
