/** The role that requests switch to: one for each database, and none that could step over row-level security. */
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { StartError } from '../start-error.js'
import { ensureLogin } from './login.js'

const PREFIX = 'claimcheck_tasks_'

/** The longest identifier of Postgres, in bytes; it cuts longer ones without a word. */
const LONGEST_IDENTIFIER = 63

/** Roles belong to the whole cluster and databases do not: the name of the role derives from the database's. */
export function toRoleName(database: string): string {
  const name = `${PREFIX}${database}`
  if (Buffer.byteLength(name) <= LONGEST_IDENTIFIER) return name
  return `${PREFIX}${createHash('sha256').update(database).digest('hex').slice(0, 32)}`
}

/**
 * Makes the role where it is missing, lets the login switch to it, and gives it the rights requests need.
 *
 * @param login Who serves requests, where that is not the login which prepares.
 * @throws StartError with the SQL for an administrator where the login may not do so itself.
 */
export async function ensureRole(
  db: Kysely<unknown>,
  role: string,
  login: string | undefined,
): Promise<void> {
  const before = await readMembership(db, role)
  try {
    if (!before.exists) await sql`create role ${sql.id(role)} nologin`.execute(db)
    if (!before.member) await sql`grant ${sql.id(role)} to current_user`.execute(db)
    if (login !== undefined) await ensureLogin(db, login, role)
  } catch (error) {
    if (!isRefused(error)) throw error
    throw new StartError(
      `The database login may not create the role that requests run as. Have an administrator run this, then start again:\n${toAdministratorSql(role, before, login)}`,
      { cause: error },
    )
  }
  // Whoever meant well may have granted more: TRUNCATE knows no row-level security.
  await sql`
    revoke truncate, references, trigger on all tables in schema claimcheck_tasks
      from public, ${sql.id(role)}, ${sql.id(login ?? role)}
  `.execute(db)
  await sql`grant usage on schema claimcheck_tasks to ${sql.id(role)}`.execute(db)
  await sql`
    grant select, insert, update, delete on claimcheck_tasks.tasks, claimcheck_tasks.accounts
      to ${sql.id(role)}
  `.execute(db)
}

/**
 * Refuses a role that row-level security would not hold, and tables that it is not on for.
 *
 * @throws StartError naming the first thing that is wrong and the SQL that cures it.
 */
export async function assertRowSecurity(db: Kysely<unknown>, role: string): Promise<void> {
  const { rows: roles } = await sql<ReachableRole>`
    select r.rolname as name, r.rolsuper as superuser, r.rolbypassrls as bypasses,
      exists (
        select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'claimcheck_tasks' and c.relowner = r.oid
      ) or exists (
        select from pg_namespace n where n.nspname = 'claimcheck_tasks' and n.nspowner = r.oid
      ) as owner
    from pg_roles r
    where pg_has_role(${role}, r.oid, 'member')
    order by r.rolname <> ${role}, r.rolname
  `.execute(db)
  for (const reachable of roles) assertHarmless(reachable, role)

  const { rows: tables } = await sql<{ name: string; enabled: boolean; forced: boolean }>`
    select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'claimcheck_tasks' and c.relname in ('tasks', 'accounts')
  `.execute(db)
  for (const { name, enabled, forced } of tables) {
    if (enabled && (forced || name === 'accounts')) continue
    throw new StartError(
      `Row-level security is off for claimcheck_tasks.${name}. Run: alter table claimcheck_tasks.${name} enable row level security, force row level security;`,
    )
  }
}

interface ReachableRole {
  name: string
  superuser: boolean
  bypasses: boolean
  owner: boolean
}

interface Membership {
  exists: boolean
  member: boolean
  login: string
}

function assertHarmless(reachable: ReachableRole, role: string): void {
  const fault = reachable.superuser
    ? 'is a superuser'
    : reachable.bypasses
      ? 'has BYPASSRLS'
      : reachable.owner
        ? 'owns the tables'
        : undefined
  if (fault === undefined) return
  const own = reachable.name === role
  const cure = !own
    ? `revoke ${quote(reachable.name)} from ${quote(role)};`
    : reachable.owner
      ? `reassign owned by ${quote(role)} to current_user;`
      : `alter role ${quote(role)} nosuperuser nobypassrls;`
  const who = own
    ? `The role ${quote(role)}`
    : `The role ${quote(role)} belongs to ${quote(reachable.name)}, which`
  throw new StartError(
    `${who} ${fault}, so Postgres would not keep people's rows apart. Run: ${cure}`,
  )
}

async function readMembership(db: Kysely<unknown>, role: string): Promise<Membership> {
  // Since Postgres 16 a member need not be allowed to switch to the role: then only SET tells.
  const { rows } = await sql<Membership>`
    select current_user as login, r.oid is not null as "exists",
      coalesce(pg_has_role(r.oid, case
        when current_setting('server_version_num')::int >= 160000 then 'set' else 'member'
      end), false) as member
    from (select 1) as one left join pg_roles r on r.rolname = ${role}
  `.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('The catalogue of roles gave no answer.')
  return row
}

function toAdministratorSql(
  role: string,
  { exists, login: owner }: Membership,
  login: string | undefined,
): string {
  const lines = exists ? [] : [`  create role ${quote(role)} nologin;`]
  const logins = login === undefined ? [owner] : [owner, login]
  return [...lines, `  grant ${quote(role)} to ${logins.map(quote).join(', ')};`].join('\n')
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** 42501: not allowed. 0LP01: only members with the admin option may grant. */
function isRefused(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === '42501' || error.code === '0LP01')
  )
}
