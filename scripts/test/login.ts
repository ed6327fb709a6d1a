/** A login of its own for one test run on a Postgres server, and everything it made dropped after. */

import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface TestLogin {
  url: string
  /** Of the server: `18.4`. */
  version: string
  /** Drops the login, its databases and the roles it is a member of. */
  drop(): Promise<void>
}

/** The second server of the tests; undefined when there is none. */
export interface FoundServer {
  url: string
  /** Where it was found, in words without a password. */
  origin: string
}

const localUrl = 'postgres://postgres@127.0.0.1:5432/postgres'

/** TEST_DATABASE_URL, which must answer if it is set, else the server on the usual port if it does. */
export async function findServer(env: NodeJS.ProcessEnv): Promise<FoundServer | undefined> {
  if (env.TEST_DATABASE_URL) return { url: env.TEST_DATABASE_URL, origin: 'TEST_DATABASE_URL' }
  try {
    await withClient(localUrl, (client) => client.query('select 1'))
    return { url: localUrl, origin: '127.0.0.1:5432' }
  } catch {
    return undefined
  }
}

/** The administrator's URL must lead to a login that may create roles and databases. */
export async function createTestLogin(adminUrl: string): Promise<TestLogin> {
  const name = `claimcheck_test_${randomBytes(4).toString('hex')}`
  const password = randomBytes(18).toString('base64url')
  const { version, database } = await withClient(adminUrl, async (admin) => {
    await admin.query(`create role ${name} login createdb createrole password '${password}'`)
    const { rows } = await admin.query<{ version: string; database: string }>(
      `select split_part(current_setting('server_version'), ' ', 1) as version,
              current_database() as database`,
    )
    const [row] = rows
    if (row === undefined) throw new Error('the server did not tell its version')
    await admin.query(
      `grant connect on database ${admin.escapeIdentifier(row.database)} to ${name}`,
    )
    return row
  })
  const url = new URL(adminUrl)
  url.username = name
  url.password = password
  return { url: url.href, version, drop }

  async function drop(): Promise<void> {
    await withClient(url.href, dropAll)
    await withClient(adminUrl, async (admin) => {
      await admin.query(
        `revoke connect on database ${admin.escapeIdentifier(database)} from ${name}`,
      )
      await admin.query(`drop role ${name}`)
    })
  }
}

async function dropAll(client: pg.Client): Promise<void> {
  const databases = await client.query<{ name: string }>(
    'select datname as name from pg_database where datdba = current_user::regrole',
  )
  for (const { name } of databases.rows) {
    await client.query(`drop database ${client.escapeIdentifier(name)} with (force)`)
  }
  const roles = await client.query<{ name: string }>(
    `select distinct rolname as name from pg_auth_members join pg_roles on pg_roles.oid = roleid
     where member = current_user::regrole`,
  )
  for (const { name } of roles.rows) {
    await client.query(`drop role ${client.escapeIdentifier(name)}`)
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
