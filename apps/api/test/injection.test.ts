/**
 * SQL that got into a request, as an attacker would write it: what it cannot do, what it cannot leave behind, and what
 * it still can.
 */
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase, createPool, type Database } from '../src/database/database.js'
import { createTask } from '../src/tasks/repository.js'
import { newTaskSchema } from '../src/tasks/schema.js'
import { createTestDatabase, type TestDatabase, toServing } from './_database.js'
import { findPgBouncer, type PgBouncer, startPgBouncer } from './_pgbouncer.js'
import { expectNobody } from './_play.js'

const program = findPgBouncer()
if (program === undefined) {
  console.log('Not tried: injection through PgBouncer, because pgbouncer is not installed.')
}

const ways = inject('databases').flatMap(({ name, url }) => [
  { name, url, through: undefined },
  ...(program === undefined ? [] : [{ name: `PgBouncer to ${name}`, url, through: program }]),
])

describe.each(ways)('injected into a request on $name', ({ url, through }) => {
  let db: TestDatabase
  let bouncer: PgBouncer | undefined
  let pool: pg.Pool
  let database: Database

  beforeAll(async () => {
    db = await createTestDatabase(url)
    const serving = toServing(db.url)
    bouncer = through === undefined ? undefined : await startPgBouncer(through, serving)
    // One connection, so that whoever comes next gets the one that was tampered with.
    pool = createPool(bouncer?.url(serving) ?? serving, 1)
    database = createDatabase(pool, { role: () => db.role })
    for (const person of ['ada', 'bob']) {
      for (const title of ['One', 'Two', 'Three']) {
        await database.asUser(person, (tx) =>
          createTask(tx, newTaskSchema.parse({ title: `${title} of ${person}` })),
        )
      }
    }
  })
  afterAll(async () => {
    await pool.end()
    await bouncer?.stop()
    await db.close()
  })

  /** Runs statements as part of a request of Ada; the last one's rows. */
  async function attack(...statements: string[]): Promise<Record<string, unknown>[]> {
    return await database.asUser('ada', async (tx) => {
      let rows: Record<string, unknown>[] = []
      for (const text of statements) {
        rows = (await sql.raw<Record<string, unknown>>(text).execute(tx)).rows
      }
      return rows
    })
  }

  it('`reset role` shows nothing that was not in reach before', async () => {
    for (const table of ['tasks', 'accounts']) {
      const seen = await attack(
        'reset role',
        `select distinct user_id from claimcheck_tasks.${table}`,
      )
      expect(seen).toEqual([{ user_id: 'ada' }])
    }
    const foreign =
      "update claimcheck_tasks.tasks set title = 'x' where user_id = 'bob' returning id"
    expect(await attack('reset role', foreign)).toEqual([])
  })

  it.each([
    'alter table claimcheck_tasks.tasks disable row level security',
    'alter table claimcheck_tasks.tasks no force row level security',
    'alter table claimcheck_tasks.accounts owner to current_user',
    'drop policy own_tasks on claimcheck_tasks.tasks',
    'create policy everybody on claimcheck_tasks.tasks using (true)',
    'create table claimcheck_tasks.mine (n int)',
    'create function claimcheck_tasks.mine() returns int language sql as $$ select 1 $$',
    'truncate claimcheck_tasks.tasks',
    'drop table claimcheck_tasks.tasks',
    'insert into claimcheck_tasks.kysely_migration values (1, 1)',
    'set role "$owner"',
    'set session authorization "$owner"',
    'alter role "$owner" nologin',
    'alter role "$role" bypassrls',
    'create role mine',
  ])('`reset role`, then `%s`, is refused', async (text) => {
    const { username } = new URL(db.url)
    const statement = text.replace('$owner', username).replace('$role', db.role)
    // 42501: not allowed. A login that may not switch is told so likewise.
    await expect(attack('reset role', statement)).rejects.toMatchObject({ code: '42501' })
    await expect(attack(statement)).rejects.toMatchObject({ code: '42501' })
  })

  it.each([
    "select set_config('app.user_id', 'bob', false)",
    "set app.user_id = 'bob'",
    'reset role',
    'set role none',
    'set search_path = nowhere',
    'set statement_timeout = 0',
    'set default_transaction_read_only = on',
    'set row_security = off',
  ])('`%s` reaches nobody who borrows the connection next', async (text) => {
    const before = await readSettings()
    await attack(text)
    expect(await readSettings()).toEqual(before)
    await expectNobody({ pool, role: db.role })
    const titles = await database.asUser('ada', async (tx) =>
      tx.selectFrom('claimcheck_tasks.tasks').select('user_id').distinct().execute(),
    )
    expect(titles).toEqual([{ user_id: 'ada' }])
  })

  it('leaves nothing behind either when the request fails', async () => {
    const before = await readSettings()
    const failed = attack("select set_config('app.user_id', 'bob', false)", 'select 1 / 0')
    await expect(failed).rejects.toMatchObject({ code: '22012' })
    expect(await readSettings()).toEqual(before)
    await expectNobody({ pool, role: db.role })
  })

  // Plainly: what injected SQL can still do, until Postgres itself checks a proof of who asks. docs/postgres.md says
  // so.
  it('can still name another person, inside its own transaction', async () => {
    const reading = `select title from (select set_config('app.user_id', 'bob', true)) as who,
      lateral (select title from claimcheck_tasks.tasks where who is not null) as theirs order by 1`
    expect(await attack(reading)).toEqual([
      { title: 'One of bob' },
      { title: 'Three of bob' },
      { title: 'Two of bob' },
    ])
    const writing = 'update claimcheck_tasks.tasks set priority = 3 returning user_id'
    const changed = await attack("select set_config('app.user_id', 'bob', true)", writing)
    expect(changed).toEqual(Array(3).fill({ user_id: 'bob' }))
  })

  /** What a borrower finds. */
  async function readSettings() {
    const { rows } = await pool.query(
      `select current_user, session_user, current_setting('app.user_id', true) as person,
        array(select name || ' = ' || setting from pg_settings
          where source = 'session' order by name) as changed`,
    )
    // A setting that once had a value is '' afterwards, and not null.
    return rows.map((row) => ({ ...row, person: row.person ?? '' }))
  }
})
