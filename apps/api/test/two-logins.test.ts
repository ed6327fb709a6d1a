/**
 * The owner apart: one login migrates, another serves requests, and what belongs to the first is out of reach of the
 * second.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase, createPool } from '../src/database/database.js'
import { isMigrated, prepareDatabase } from '../src/database/prepare-database.js'
import { toRoleName } from '../src/database/role.js'
import { startDatabase } from '../src/database/start-database.js'
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
  toServing,
  withClient,
} from './_database.js'

const page = readFileSync(new URL('./two-logins.example.sql', import.meta.url), 'utf8')
const release = readFileSync(new URL('./_release-0.1.0.sql', import.meta.url), 'utf8')

describe.each(inject('databases'))('two logins on $name', ({ url }) => {
  let db: TestDatabase
  let serving: string

  beforeAll(async () => {
    db = await createTestDatabase(url)
    serving = new URL(toServing(url)).username
  })
  afterAll(() => db.close())

  it('the one that serves owns nothing, belongs to nothing but the role of requests, and cannot migrate', async () => {
    // Of other databases it is in the roles of requests too, and what tests give those is not asked here.
    const [row] = await db.run(
      `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as rights,
         exists (select from pg_class where relowner = r.oid) as owns,
         has_schema_privilege(r.oid, 'claimcheck_tasks', 'create') as creates,
         pg_has_role(r.oid, $2, 'member') as member,
         array (select o.rolname::text from pg_auth_members m join pg_roles o on o.oid = m.roleid
           where m.member in (select oid from pg_roles where rolname in ($1, $2))
           and o.rolname not like 'claimcheck\\_tasks\\_%') as elsewhere
       from pg_roles r where rolname = $1`,
      [serving, db.role],
    )
    expect(row).toEqual({
      rights: false,
      owns: false,
      creates: false,
      member: true,
      elsewhere: [],
    })
    await expect(prepareDatabase(db.pool, 'X')).rejects.toThrow('name the owner in MIGRATIONS')
    expect(await isMigrated(db.pool)).toBe(true)
  })

  it.each([
    ['createrole', 'has CREATEROLE'],
    ['createdb', undefined],
  ])('start only if the one that serves is harmless: %s', async (right, fault) => {
    const login = await createLogin(right)
    const prepared = prepareDatabase(db.owner, 'X', login)
    if (fault === undefined) await expect(prepared).resolves.toBe(db.role)
    else {
      await expect(prepared).rejects.toThrow(
        `The login "${login}" of TASKS_DATABASE_URL ${fault}, so SQL injected into a request could step over row-level security. Run: alter role`,
      )
    }
  })

  it('do not start if the one that serves belongs to the owner', async () => {
    const [login, owner] = [await createLogin('nocreatedb'), await createLogin('nocreatedb')]
    const other = await createTestDatabase(url)
    await other.run(`grant create, usage on schema claimcheck_tasks to "${owner}"`)
    await other.run(`grant "${owner}" to "${login}"`)
    await other.run(`alter table claimcheck_tasks.accounts owner to "${owner}"`)
    await expect(prepareDatabase(other.owner, 'X', login)).rejects.toThrow(
      `belongs to "${owner}", which owns the tables, so SQL injected into a request could step over row-level security. Run: revoke ${owner} from ${login};`,
    )
    await other.close()
  })

  it('take back what was granted beyond need: TRUNCATE knows no row-level security', async () => {
    await db.run(`grant all on all tables in schema claimcheck_tasks to "${serving}", "${db.role}"`)
    await prepareDatabase(db.owner, 'X', serving)
    for (const text of ['truncate claimcheck_tasks.tasks', 'truncate claimcheck_tasks.accounts']) {
      await expect(db.pool.query(text)).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('are refused when they are one, or lead to two databases', async () => {
    await expect(start(db.owner, db.owner)).rejects.toThrow('lead to the same login')
    const elsewhere = createPool(toServing(await createEmptyDatabase(url)))
    await expect(start(elsewhere, db.owner)).rejects.toThrow('lead to different databases')
    await elsewhere.end()
  })

  it('name the variable whose password is wrong', async () => {
    const address = new URL(toServing(db.url))
    address.password = 'wrong'
    const pool = createPool(address.href)
    // A server that trusts every login does not look at passwords.
    const trusts = await pool.query('select 1').then(
      () => true,
      () => false,
    )
    if (!trusts) await expect(start(pool, db.owner)).rejects.toThrow('the password in TASKS_')
    await pool.end()
  })

  it('are not missed in silence: one login for everything is said once, at the start', async () => {
    const lines: { level: number; msg: string; variable?: string }[] = []
    const pool = createPool(await createEmptyDatabase(url))
    const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
    await startDatabase({ pool, variable: 'DATABASE_URL', log, onReady, onRefused: fail })
    expect(lines.filter(({ msg }) => msg !== 'migrated')).toMatchObject([
      {
        level: 40,
        variable: 'DATABASE_URL',
        msg: expect.stringMatching(/^one database login owns .* MIGRATIONS_DATABASE_URL /),
      },
      { level: 30, msg: 'database ready' },
    ])
    await pool.end()
  })

  /** One of this test alone: what is wrong with it must not stop other tests. */
  async function createLogin(right: string): Promise<string> {
    const name = `login_${randomBytes(5).toString('hex')}`
    await db.run(`create role ${name} login ${right} password 'a-password'`)
    // So that the cleaning up after the run finds it.
    await db.run(`grant ${name} to current_user`)
    return name
  }

  describe('a database of the last release', () => {
    const titles = ['Task 1 of ada', 'Task 2 of ada', 'Task 3 of ada']

    /** As one login had prepared and used it. */
    async function restore(): Promise<string> {
      const address = await createEmptyDatabase(url)
      const role = toRoleName(new URL(address).pathname.slice(1))
      await withClient(address, async (client) => {
        await client.query(`create role "${role}" nologin; grant "${role}" to current_user`)
        await client.query(release.replaceAll('request_role', `"${role}"`))
      })
      return address
    }

    async function read(pool: ReturnType<typeof createPool>, role: string): Promise<string[]> {
      const database = createDatabase(pool, { role: () => role })
      return await database.asUser('ada', async (tx) => {
        const rows = await tx
          .selectFrom('claimcheck_tasks.tasks')
          .select('title')
          .orderBy('title')
          .execute()
        return rows.map(({ title }) => title)
      })
    }

    it('goes on with one login', async () => {
      const pool = createPool(await restore())
      const role = await prepareDatabase(pool, 'TASKS_DATABASE_URL')
      expect(await isMigrated(pool)).toBe(true)
      expect(await read(pool, role)).toEqual(titles)
      await pool.end()
    })

    it('gets its owner apart, at the next start and for good', async () => {
      const address = await restore()
      const [owner, pool] = [createPool(address), createPool(toServing(address))]
      for (let time = 1; time <= 2; time++) {
        const role = await start(pool, owner)
        expect(await read(pool, role)).toEqual(titles)
      }
      await expect(pool.query('drop table claimcheck_tasks.tasks')).rejects.toMatchObject({
        code: '42501',
      })
      await Promise.all([owner.end(), pool.end()])
    })

    it('gets it by the SQL of docs/postgres.md, as it stands but for the names', async () => {
      const address = await restore()
      const login = `login_${randomBytes(5).toString('hex')}`
      await withClient(address, (client) =>
        client.query(
          page
            .replaceAll('claimcheck_api', login)
            .replace('database tasks', `database ${new URL(address).pathname.slice(1)}`)
            // So that the cleaning up after the run finds it.
            .concat(`grant ${login} to current_user`),
        ),
      )
      const serving = new URL(address)
      serving.username = login
      serving.password = 'a-long-password'
      const [owner, pool] = [createPool(address), createPool(serving.href)]
      expect(await read(pool, await start(pool, owner))).toEqual(titles)
      await Promise.all([owner.end(), pool.end()])
    })

    it('goes back to one login, should somebody want that', async () => {
      const address = await restore()
      const [owner, pool] = [createPool(address), createPool(toServing(address))]
      await start(pool, owner)
      const role = await prepareDatabase(owner, 'TASKS_DATABASE_URL')
      expect(await read(owner, role)).toEqual(titles)
      await Promise.all([owner.end(), pool.end()])
    })
  })
})

async function start(
  pool: ReturnType<typeof createPool>,
  owner: ReturnType<typeof createPool>,
): Promise<string> {
  let role = ''
  await startDatabase({
    pool,
    variable: 'TASKS_DATABASE_URL',
    owner: { pool: owner, variable: 'MIGRATIONS_DATABASE_URL' },
    log: pino({ level: 'silent' }),
    onReady: (prepared) => {
      role = prepared
    },
    onRefused: fail,
  })
  return role
}

function onReady(): void {}

function fail(error: unknown): never {
  throw error
}
