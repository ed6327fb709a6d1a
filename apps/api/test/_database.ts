/** A migrated database for one test file, cloned from a template and used as the application uses it. */
import { createHash, randomBytes } from 'node:crypto'
import type { KyselyPlugin } from 'kysely'
import pg from 'pg'
import {
  createDatabase,
  createPool,
  type Database,
  OWNER_POOL_SIZE,
} from '../src/database/database.js'
import { prepareDatabase } from '../src/database/prepare-database.js'

export interface TestDatabase {
  /** Where the login that owns the tables finds it, which is no superuser. */
  readonly url: string
  /** The role requests switch to. */
  readonly role: string
  /** The connections of the login that serves requests and owns nothing. */
  readonly pool: pg.Pool
  /** The connections of the owner: to sweep, to purge, to count. */
  readonly owner: pg.Pool
  readonly database: Database
  /** Another door to the same tables, with plugins that watch or change its queries. */
  open(plugins: readonly KyselyPlugin[]): Database
  /** Runs SQL as the owner, in autocommit. */
  run<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** Any number that other tests do not use. */
const TEMPLATE_LOCK = 7_310_442

/** Clones the template on the server behind `url`, making it first if this is the first clone. */
export async function createTestDatabase(url: string, connections?: number): Promise<TestDatabase> {
  const clone = await createEmptyDatabase(url, true)
  const owner = createPool(clone, OWNER_POOL_SIZE)
  const serving = toServing(clone)
  const pool = createPool(serving, connections)
  const { username } = new URL(serving)
  const role = await prepareDatabase(owner, 'MIGRATIONS_DATABASE_URL', username)
  return {
    url: clone,
    role,
    pool,
    owner,
    database: createDatabase(pool, { role: () => role }),
    open: (plugins) => createDatabase(pool, { role: () => role, plugins }),
    run: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await owner.query<Row>(text, values)).rows,
    close: async () => void (await Promise.all([pool.end(), owner.end()])),
  }
}

/** Creates a database of its own, empty unless it is to be cloned from the migrated template. */
export async function createEmptyDatabase(url: string, migrated = false): Promise<string> {
  return await withClient(url, async (client) => {
    const name = `api_${randomBytes(6).toString('hex')}`
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const template = migrated ? await ensureTemplate(client, url) : 'template0'
    await client.query(`create database ${name} template ${client.escapeIdentifier(template)}`)
    return toDatabaseUrl(url, name)
  })
}

/** The same database, for the login that serves requests and owns nothing. It is made with the template. */
export function toServing(url: string): string {
  const address = new URL(url)
  address.password = createHash('sha256').update(address.password).digest('base64url')
  address.username = `${address.username}_api`
  return address.href
}

/** The same server and login, another database. */
export function toDatabaseUrl(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function ensureTemplate(client: pg.Client, url: string): Promise<string> {
  const template = `${new URL(url).username}_api`
  const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
  if (rowCount === 1) return template
  const { username, password } = new URL(toServing(url))
  await client.query(`create role "${username}" login password '${password}'`)
  // So that the cleaning up after the run finds it.
  await client.query(`grant "${username}" to current_user`)
  await client.query(`create database ${client.escapeIdentifier(template)}`)
  const pool = createPool(toDatabaseUrl(url, template))
  try {
    await prepareDatabase(pool, 'TASKS_DATABASE_URL')
  } finally {
    await pool.end()
  }
  return template
}
