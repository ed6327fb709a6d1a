/** Bringing up a database: from nothing, from many processes at once, and where the login may not do it all. */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { migrations } from '../migrations/index.js'
import { bindKysely } from '../src/database/bound-kysely.js'
import { createPool } from '../src/database/database.js'
import { isMigrated, prepareDatabase, readPrepared } from '../src/database/prepare-database.js'
import { assertRowSecurity, toRoleName } from '../src/database/role.js'
import { createEmptyDatabase, createTestDatabase, withClient } from './_database.js'

describe.each(inject('databases'))('preparing on $name', ({ url }) => {
  const pools: pg.Pool[] = []

  function open(address: string): pg.Pool {
    const pool = createPool(address)
    pools.push(pool)
    return pool
  }

  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()))
  })

  it('migrates an empty database and makes the role of its name', async () => {
    const address = await createEmptyDatabase(url)
    const pool = open(address)
    await expect(isMigrated(pool)).rejects.toMatchObject({ code: '42P01' })
    const role = await prepareDatabase(pool, 'TASKS_DATABASE_URL')
    expect(role).toBe(`claimcheck_tasks_${new URL(address).pathname.slice(1)}`)
    expect(await isMigrated(pool)).toBe(true)
    const { rows } = await pool.query(
      `select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb
       from pg_roles where rolname = $1`,
      [role],
    )
    expect(Object.values(rows[0])).toEqual([false, false, false, false, false])
  })

  it('gives the role the rows, and nothing of the bookkeeping', async () => {
    const db = await createTestDatabase(url)
    const asRole = (text: string) =>
      db.database.asUser('ada', async (tx) => {
        await sql.raw(text).execute(tx)
      })
    for (const text of [
      'select * from claimcheck_tasks.kysely_migration',
      'truncate claimcheck_tasks.tasks',
      'drop table claimcheck_tasks.tasks',
      'alter table claimcheck_tasks.tasks disable row level security',
      'create table claimcheck_tasks.mine (id int)',
      'drop policy own_tasks on claimcheck_tasks.tasks',
    ]) {
      await expect(asRole(text), text).rejects.toMatchObject({ code: '42501' })
    }
    await db.close()
  })

  it('can be done again, and by many processes at once, in one database and in several', async () => {
    const addresses = await Promise.all([1, 2, 3].map(() => createEmptyDatabase(url)))
    const roles = await Promise.all(
      addresses.flatMap((address) =>
        [1, 2, 3, 4].map(() => prepareDatabase(open(address), 'TASKS_DATABASE_URL')),
      ),
    )
    expect(new Set(roles).size).toBe(3)
  })

  it('needs no right to create roles once the role is there', async () => {
    const db = await createTestDatabase(url)
    const login = await createLogin('nocreaterole')
    await giveTables(db.url, login.name)
    await withClient(db.url, (client) => client.query(`grant "${db.role}" to ${login.name}`))
    expect(await prepareDatabase(open(login.url(db.url)), 'TASKS_DATABASE_URL')).toBe(db.role)
    await db.close()
  })

  it('stops with the SQL for an administrator where the login may not create roles, and then starts', async () => {
    const login = await createLogin('nocreaterole')
    const address = await createEmptyDatabase(url)
    const name = new URL(address).pathname.slice(1)
    await withClient(address, (client) =>
      client.query(`grant create on database ${name} to ${login.name}`),
    )
    const pool = open(login.url(address))
    const refused = await prepareDatabase(pool, 'TASKS_DATABASE_URL').catch((error) => error)
    expect(refused.name).toBe('StartError')
    const statements = refused.message.split('\n').slice(1).join('\n')
    expect(statements).toBe(
      `  create role "claimcheck_tasks_${name}" nologin;\n  grant "claimcheck_tasks_${name}" to "${login.name}";`,
    )
    await withClient(url, async (client) => {
      await client.query(statements)
      await client.query(`grant "claimcheck_tasks_${name}" to current_user`)
    })
    expect(await prepareDatabase(pool, 'TASKS_DATABASE_URL')).toBe(`claimcheck_tasks_${name}`)
  })

  it.each([
    ['may create no schema', 'nothing', /may not create the schema claimcheck_tasks/],
    ['has a wrong password', 'password', /refused the password in MY_URL/],
    ['names a database that is not there', 'database', /named in MY_URL does not exist/],
  ])('says in a sentence that the login %s', async (_, fault, sentence) => {
    const login = await createLogin('nocreaterole')
    const address = new URL(login.url(await createEmptyDatabase(url)))
    if (fault === 'password') address.password = 'wrong'
    if (fault === 'database') address.pathname = '/not_there_at_all'
    const refused = await prepareDatabase(open(address.href), 'MY_URL').catch((error) => error)
    expect([refused.name, refused.message]).toEqual([
      // A server that trusts every login does not look at passwords.
      'StartError',
      fault === 'password' && !(await checksPasswords())
        ? expect.stringMatching(/may not create the schema/)
        : expect.stringMatching(sentence),
    ])
  })

  it('starts on no database that a newer version has migrated, and goes on with one', async () => {
    const db = await createTestDatabase(url)
    await db.run(
      "insert into claimcheck_tasks.kysely_migration values ('9999-future', '2099-01-01T00:00:00.000Z')",
    )
    expect(await isMigrated(db.owner)).toBe(true)
    await expect(prepareDatabase(db.owner, 'TASKS_DATABASE_URL')).rejects.toThrow(
      /migrated by another version/,
    )
    await db.close()
  })

  it('expects what somebody else has prepared, and changes nothing', async () => {
    const address = await createEmptyDatabase(url)
    const pool = open(address)
    const look = () => readPrepared(pool, 'TASKS_DATABASE_URL', false)
    await expect(look()).rejects.toThrow(/TASKS_DATABASE_URL is not prepared.*npm run migrate$/)
    const schemas = await pool.query("select from pg_namespace where nspname = 'claimcheck_tasks'")
    expect(schemas.rowCount).toBe(0)
    const names: string[] = []
    const role = await prepareDatabase(pool, 'TASKS_DATABASE_URL', undefined, (name) =>
      names.push(name),
    )
    expect(names).toEqual(Object.keys(migrations))
    expect(await look()).toBe(role)
    await prepareDatabase(pool, 'TASKS_DATABASE_URL', undefined, (name) => names.push(name))
    expect(names).toEqual(Object.keys(migrations))
    await pool.query('delete from claimcheck_tasks.kysely_migration where name = $1', [
      names.at(-1),
    ])
    await expect(look()).rejects.toThrow(/npm run migrate$/)
  })

  it('refuses a role that owns the tables', async () => {
    const db = await createTestDatabase(url)
    await db.run(`grant create on schema claimcheck_tasks to "${db.role}"`)
    await db.run(`alter table claimcheck_tasks.tasks owner to "${db.role}"`)
    await expect(prepareDatabase(db.owner, 'TASKS_DATABASE_URL')).rejects.toThrow(
      `The role "${db.role}" owns the tables, so Postgres would not keep people's rows apart. Run: reassign owned`,
    )
    await db.close()
  })

  it('refuses a role that belongs to the owner of the tables', async () => {
    const db = await createTestDatabase(url)
    const owner = await createLogin('nocreaterole')
    await db.run(`grant create on schema claimcheck_tasks to ${owner.name}`)
    await db.run(`alter table claimcheck_tasks.tasks owner to ${owner.name}`)
    await db.run(`grant ${owner.name} to "${db.role}"`)
    await expect(prepareDatabase(db.owner, 'TASKS_DATABASE_URL')).rejects.toThrow(
      `The role "${db.role}" belongs to "${owner.name}", which owns the tables, so Postgres would not keep people's rows apart. Run: revoke "${owner.name}" from "${db.role}";`,
    )
    await db.close()
  })

  it.each([
    ['no force', 'tasks', /off for claimcheck_tasks.tasks/],
    ['disable', 'tasks', /off for claimcheck_tasks.tasks/],
    ['disable', 'accounts', /off for claimcheck_tasks.accounts/],
  ])('refuses tables with row-level security taken off: %s on %s', async (how, table, sentence) => {
    const db = await createTestDatabase(url)
    await db.run(`alter table claimcheck_tasks.${table} ${how} row level security`)
    await expect(prepareDatabase(db.owner, 'TASKS_DATABASE_URL')).rejects.toThrow(sentence)
    await db.close()
  })

  it('has row-level security on every table with a user_id', async () => {
    const db = await createTestDatabase(url)
    const rows = await db.run(`
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'claimcheck_tasks' and c.relkind = 'r' and exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id')
      order by 1`)
    expect(rows).toEqual([
      { name: 'accounts', enabled: true, forced: false, policies: 1 },
      { name: 'tasks', enabled: true, forced: true, policies: 2 },
    ])
    await db.close()
  })

  async function createLogin(rights: string) {
    const name = `login_${randomBytes(5).toString('hex')}`
    await withClient(url, async (client) => {
      await client.query(`create role ${name} login ${rights} password 'a-password'`)
      // So that the cleaning up after the run finds it.
      await client.query(`grant ${name} to current_user`)
    })
    return {
      name,
      url: (database: string) => {
        const address = new URL(database)
        address.username = name
        address.password = 'a-password'
        return address.href
      },
    }
  }

  async function giveTables(address: string, login: string): Promise<void> {
    await withClient(address, async (client) => {
      await client.query(
        `grant create on database ${new URL(address).pathname.slice(1)} to ${login}`,
      )
      await client.query(`alter schema claimcheck_tasks owner to ${login}`)
      const { rows } = await client.query<{ name: string }>(
        "select tablename as name from pg_tables where schemaname = 'claimcheck_tasks'",
      )
      for (const { name } of rows) {
        await client.query(`alter table claimcheck_tasks.${name} owner to ${login}`)
      }
    })
  }

  async function checksPasswords(): Promise<boolean> {
    const address = new URL(url)
    address.password = 'surely wrong'
    return await withClient(address.href, async () => false).catch(() => true)
  }
})

describe('a role above the policies', () => {
  it.each([
    ['is a superuser', { superuser: true }],
    ['has BYPASSRLS', { bypasses: true }],
  ])('is refused when it %s', async (fault, rights) => {
    const reachable = { name: 'r', superuser: false, bypasses: false, owner: false, ...rights }
    const db = bindKysely<unknown>(async () => ({
      rows: [reachable],
      rowCount: 1,
      command: 'SELECT',
    }))
    await expect(assertRowSecurity(db, 'r')).rejects.toThrow(
      `The role "r" ${fault}, so Postgres would not keep people's rows apart. Run: alter role "r" nosuperuser nobypassrls;`,
    )
  })
})

describe('the name of the role', () => {
  it('derives from the name of the database, and fits an identifier of Postgres', () => {
    expect(toRoleName('tasks')).toBe('claimcheck_tasks_tasks')
    expect(toRoleName('Ä "x"')).toBe('claimcheck_tasks_Ä "x"')
    const [long, longer] = ['a'.repeat(62), 'a'.repeat(63)].map(toRoleName)
    expect(long).toMatch(/^claimcheck_tasks_[0-9a-f]{32}$/)
    expect(long).not.toBe(longer)
    expect(Buffer.byteLength(toRoleName('李'.repeat(15)))).toBeLessThanOrEqual(63)
  })
})

describe('an old server', () => {
  it('is refused in a sentence', async () => {
    const answers = (text: string) =>
      text.includes('server_version_num') ? [{ version: 14, database: 'x' }] : []
    const client = {
      query: async (text: string) => ({ rows: answers(text), rowCount: 0, command: 'SELECT' }),
      on: () => client,
      off: () => client,
      release: () => {},
    }
    // Only what preparing uses of a pool is here; it stops at the version.
    const pool = { connect: async () => client } as unknown as pg.Pool
    await expect(prepareDatabase(pool, 'X')).rejects.toThrow(
      'is Postgres 14; 15 or newer is needed',
    )
  })
})
