/** What the schema of sign-in holds beside Better Auth's tables, and how long their texts may be. */
import { sql, type Transaction } from 'kysely'
import { longest } from '../../session/field-lengths.js'

/** The schema that belongs to the web app; the API has its own and never looks in here. */
export const authSchema = 'claimcheck_auth'

/** Counts of limits that several processes share; its columns are those of rate-limiter-flexible. */
export const countTable = 'limit_count'

/** Characters of what a browser calls itself that are kept. */
export const LONGEST_USER_AGENT = 512

/**
 * Characters, for every text in the tables of Better Auth and its plugins. The rules and the library
 * keep to these; the database holds them against whatever writes.
 */
export const longestTexts: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  user: { name: longest.name, email: longest.email, image: 0 },
  session: { token: 64, ipAddress: 64, userAgent: LONGEST_USER_AGENT, userId: 64 },
  account: {
    accountId: 64,
    providerId: 64,
    userId: 64,
    // Those of other providers, of which this app has none.
    accessToken: 0,
    refreshToken: 0,
    idToken: 0,
    scope: 0,
    password: 512,
  },
  verification: { identifier: 512, value: 4096 },
  jwks: { publicKey: 4096, privateKey: 16_384, alg: 32, crv: 32, slot: 64 },
  revocation: { kind: 16, entry: 64 },
}

/** Runs with the migrations; each statement may have run before. */
export async function createTables(database: Transaction<Record<string, never>>): Promise<void> {
  const counts = sql.table(`${authSchema}.${countTable}`)
  const links = sql.table(`${authSchema}.email_link`)
  const events = sql.table(`${authSchema}.account_event`)
  await sql`
    create table if not exists ${counts} (
      key varchar(255) primary key, points integer not null default 0, expire bigint
    )`.execute(database)
  await sql`
    create table if not exists ${links} (
      digest text primary key, user_id text not null, email text not null,
      expires_at timestamptz not null, used_at timestamptz
    )`.execute(database)
  await sql`
    create table if not exists ${events} (
      id bigint generated always as identity primary key, user_id text not null,
      kind text not null, at timestamptz not null default now(), user_agent text, address text
    )`.execute(database)
  await sql`create index if not exists account_event_user_id on ${events} (user_id, id)`.execute(
    database,
  )
  await sql`create index if not exists email_link_user_id on ${links} (user_id)`.execute(database)
  await boundTexts(database)
}

async function boundTexts(database: Transaction<Record<string, never>>): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = ${authSchema} and data_type in ('text', 'character varying')
      and not exists (
        select from information_schema.table_constraints c
        where c.table_schema = ${authSchema}
          and c.constraint_name = columns.table_name || '_' || columns.column_name || '_length'
      )`.execute(database)
  for (const { table, column } of rows) {
    const length = longestTexts[table]?.[column]
    if (length === undefined) continue
    // Not held against rows of an earlier time, which an upgrade must not fail on.
    await sql`
      alter table ${sql.table(`${authSchema}.${table}`)}
      add constraint ${sql.ref(`${table}_${column}_length`)}
      check (char_length(${sql.ref(column)}) <= ${sql.lit(length)}) not valid`.execute(database)
  }
}
