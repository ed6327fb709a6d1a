/** Brings a database to what this version needs: schema, role and rights, in one transaction under one lock. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Kysely, Migrator, sql } from 'kysely'
import type pg from 'pg'
import { migrations } from '../../migrations/index.js'
import { StartError } from '../start-error.js'
import { bindKysely } from './bound-kysely.js'
import { anotherDatabase, assertServesOnly } from './login.js'
import { assertRowSecurity, ensureRole, toRoleName } from './role.js'
import { readCode } from './unavailable.js'

const OLDEST_POSTGRES = 15

/** Any number will do, as long as every version of this API uses the same. */
const LOCK = '6018327742912230815'

/** Milliseconds to wait for another process that is migrating. */
const LOCK_MS = 60_000

const ATTEMPTS = 12
const LONGEST_PAUSE_MS = 300

/**
 * What parallel starts do to each other in one cluster: roles and memberships are shared by all its databases, so
 * a lock inside one of them does not help.
 */
const collisions = new Set(['42710', '23505', 'XX000', '40001', '40P01', '42P06', '42P07'])

/**
 * Migrates, makes the role of this database and checks that row-level security holds for it. Safe to run from many
 * processes at
 * once and through a transaction-pooling proxy.
 *
 * @param variable The environment variable the address came from, to name it in a refusal.
 * @param login Who serves requests, where that is not the login of `pool`; see `readLogin`.
 * @param onMigrated Hears the name of each migration that was applied.
 * @returns the role that requests switch to.
 * @throws StartError when somebody has to do something first.
 */
export async function prepareDatabase(
  pool: pg.Pool,
  variable: string,
  login?: string,
  onMigrated: (name: string) => void = () => {},
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { role, applied } = await inTransaction(pool, (db) => prepare(db, login))
      for (const name of applied) onMigrated(name)
      return role
    } catch (error) {
      if (attempt === ATTEMPTS || !collisions.has(readCode(error) ?? ''))
        throw toStartError(error, variable)
      await wait(Math.random() * LONGEST_PAUSE_MS)
    }
  }
}

/**
 * Who a pool logs in as.
 *
 * @throws StartError when somebody has to do something first.
 */
export async function readLogin(pool: pg.Pool, variable: string): Promise<string> {
  try {
    const { rows } = await pool.query<{ login: string }>('select session_user as login')
    const [row] = rows
    if (row === undefined) throw new Error('Postgres did not say who is logged in.')
    return row.login
  } catch (error) {
    throw toStartError(error, variable)
  }
}

/**
 * Expects that a login finds what another has prepared.
 *
 * @throws StartError where it looks at another database.
 */
export async function assertSameDatabase(pool: pg.Pool): Promise<void> {
  if (!(await hasSchema(pool))) throw new StartError(anotherDatabase)
}

function hasSchema(pool: pg.Pool): Promise<boolean> {
  return isMigrated(pool).catch((error: unknown) => {
    // No such schema, no such table, no right to either.
    if (/^(3F000|42P01|42501)$/.test(readCode(error) ?? '')) return false
    throw error
  })
}

/**
 * Whether the schema has everything this version needs. One of a newer version has: migrations add, so that processes
 * of the last version go on while those of the next are started.
 */
export async function isMigrated(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select from claimcheck_tasks.kysely_migration where name = $1',
    [Object.keys(migrations).at(-1)],
  )
  return rowCount === 1
}

/**
 * Looks whether somebody else has prepared the database, and changes nothing.
 *
 * @param isServing Whether the login of `pool` only serves, and may therefore own nothing.
 * @returns the role that requests switch to.
 * @throws StartError when somebody has to do something first.
 */
export async function readPrepared(
  pool: pg.Pool,
  variable: string,
  isServing: boolean,
): Promise<string> {
  try {
    if (!(await hasSchema(pool))) throw new StartError(notMigrated.replace('$variable', variable))
    return await inTransaction(pool, async (db) => {
      const { rows } = await sql<{ database: string; login: string }>`
        select current_database() as database, session_user as login
      `.execute(db)
      const [server] = rows
      if (server === undefined) throw new Error('Postgres did not say where it is.')
      const role = toRoleName(server.database)
      await assertRowSecurity(db, role)
      if (isServing) await assertServesOnly(db, server.login, role)
      return role
    })
  } catch (error) {
    throw toStartError(error, variable)
  }
}

async function prepare(
  db: Kysely<unknown>,
  login: string | undefined,
): Promise<{ role: string; applied: string[] }> {
  const { rows } = await sql<{ version: number; database: string }>`
    select current_setting('server_version_num')::int / 10000 as version,
      current_database() as database,
      set_config('lock_timeout', ${String(LOCK_MS)}, true)
  `.execute(db)
  const [server] = rows
  if (server === undefined || server.version < OLDEST_POSTGRES) {
    throw new StartError(
      `The database server is Postgres ${server?.version}; ${OLDEST_POSTGRES} or newer is needed.`,
    )
  }
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)}::bigint)`.execute(db)
  await ensureSchema(db)
  const applied = await migrate(db)
  const role = toRoleName(server.database)
  await ensureRole(db, role, login)
  await assertRowSecurity(db, role)
  if (login !== undefined) await assertServesOnly(db, login, role)
  return { role, applied }
}

/** Before the migrator does: in one transaction it would hide the reason why it may not. */
async function ensureSchema(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ usable: boolean }>`
    select has_schema_privilege(oid, 'create') as usable
    from pg_namespace where nspname = 'claimcheck_tasks'
  `.execute(db)
  const [schema] = rows
  if (schema === undefined) await sql`create schema claimcheck_tasks`.execute(db)
  else if (!schema.usable) throw new StartError(notTheOwner)
}

/** @returns The names of the migrations that were applied. */
async function migrate(db: Kysely<unknown>): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: 'claimcheck_tasks',
    disableTransactions: true,
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return results.map(({ migrationName }) => migrationName)
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let failure: Error | undefined
  const onError = (error: Error) => {
    failure = error
  }
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(bindKysely((text, values) => client.query(text, [...values])))
    await client.query('commit')
    return result
  } catch (error) {
    failure = error instanceof Error ? error : new Error('The driver failed.', { cause: error })
    throw error
  } finally {
    // After a failure the connection is not worth a rollback: closing it is one.
    client.release(failure)
    client.off('error', onError)
  }
}

function toStartError(error: unknown, variable: string): unknown {
  const code = readCode(error)
  const sentence =
    error instanceof Error && error.message.startsWith('corrupted migrations')
      ? 'The database was migrated by another version of this API. Start that version, or a newer one.'
      : code === undefined
        ? undefined
        : sentences[code]?.replace('$variable', variable)
  return sentence === undefined ? error : new StartError(sentence, { cause: error })
}

const notMigrated =
  'The database of $variable is not prepared for this version, and MIGRATE_AT_START=off keeps the API from doing it. Run: npm run migrate'

const notTheOwner =
  'The database login may not create the schema claimcheck_tasks, or does not own it. Let it with "grant create on database", make it the owner, or name the owner in MIGRATIONS_DATABASE_URL.'

const sentences: Readonly<Record<string, string>> = {
  '55P03':
    'The database of $variable has been migrated by another process for a minute. Wait until it is done.',
  '28P01': 'The database refused the password in $variable. Check user and password there.',
  '28000':
    'The database refused the login in $variable. Check the user, and whether the server asks for TLS.',
  '3D000': 'The database named in $variable does not exist. Create it, or correct the name.',
  '42501': notTheOwner,
}
