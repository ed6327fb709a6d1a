/**
 * The login that serves requests where another one owns the tables: it may switch to the role of requests, and no
 * more.
 */
import { type Kysely, sql } from 'kysely'
import { StartError } from '../start-error.js'

/**
 * Gives the login what serving takes: the role of requests, and a look at which version the schema has.
 *
 * @throws StartError where the owner may not pass the role on, with the SQL for an administrator.
 */
export async function ensureLogin(db: Kysely<unknown>, login: string, role: string): Promise<void> {
  await assertAnother(db, login)
  const { rows } = await sql<{ member: boolean }>`
    select pg_has_role(${login}, ${role}, case
      when current_setting('server_version_num')::int >= 160000 then 'set' else 'member'
    end) as member
  `.execute(db)
  if (rows[0]?.member !== true) {
    await sql`grant ${sql.id(role)} to ${sql.id(login)}`.execute(db)
  }
  await sql`grant usage on schema claimcheck_tasks to ${sql.id(login)}`.execute(db)
  await sql`grant select on claimcheck_tasks.kysely_migration to ${sql.id(login)}`.execute(db)
}

/**
 * Refuses a login with rights beyond those of the role: what is injected into a request can do whatever the login can.
 *
 * @throws StartError naming the first thing that is wrong and the SQL that cures it.
 */
export async function assertServesOnly(
  db: Kysely<unknown>,
  login: string,
  role: string,
): Promise<void> {
  const { rows } = await sql<{ name: string; fault: string | null; cure: string | null }>`
    with reachable as (
      select r.*, exists (
        select from pg_namespace n left join pg_class c on c.relnamespace = n.oid
        where n.nspname = 'claimcheck_tasks' and r.oid in (n.nspowner, c.relowner)
      ) as owner, exists (
        select from pg_database d where d.datname = current_database() and d.datdba = r.oid
      ) as owns_database
      from pg_roles r where pg_has_role(${login}, r.oid, 'member') and r.rolname <> ${role}
    )
    select rolname as name, case
      when rolsuper then 'is a superuser'
      when rolbypassrls then 'has BYPASSRLS'
      when rolcreaterole then 'has CREATEROLE'
      when rolreplication then 'has REPLICATION'
      when owner then 'owns the tables'
      when owns_database then 'owns the database'
      when rolname like 'pg\_%' then 'has rights of the whole server'
    end as fault, case
      when rolname <> ${login} then format('revoke %I from %I;', rolname, ${login}::text)
      when owner then format('reassign owned by %I to current_user;', rolname)
      when owns_database then
        format('alter database %I owner to current_user;', current_database())
      else format('alter role %I nosuperuser nobypassrls nocreaterole noreplication;', rolname)
    end as cure
    from reachable order by rolname <> ${login}, rolname
  `.execute(db)
  const wrong = rows.find(({ fault }) => fault !== null)
  if (wrong === undefined) return
  const who =
    wrong.name === login
      ? `The login "${login}" of TASKS_DATABASE_URL`
      : `The login "${login}" of TASKS_DATABASE_URL belongs to "${wrong.name}", which`
  throw new StartError(
    `${who} ${wrong.fault}, so SQL injected into a request could step over row-level security. Run: ${wrong.cure}`,
  )
}

async function assertAnother(db: Kysely<unknown>, login: string): Promise<void> {
  const { rows } = await sql<{ same: boolean; known: boolean }>`
    select current_user = ${login} as same,
      exists (select from pg_roles where rolname = ${login}) as known
  `.execute(db)
  if (rows[0]?.same === true) {
    throw new StartError(
      `MIGRATIONS_DATABASE_URL and TASKS_DATABASE_URL lead to the same login "${login}". Give TASKS_DATABASE_URL one that owns nothing (docs/postgres.md has the SQL), or leave MIGRATIONS_DATABASE_URL out.`,
    )
  }
  if (rows[0]?.known !== true) throw new StartError(anotherDatabase)
}

/** What is said where the two addresses do not belong together. */
export const anotherDatabase =
  'MIGRATIONS_DATABASE_URL and TASKS_DATABASE_URL lead to different databases. They must name the same one, each with a login of its own.'
