/** asUser in groups of statements: how many round trips it takes, what stays prepared, and what never stays. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type AsUserOptions, asUser, type UserTransaction } from '../src/postgres.js'

describe.each(inject('databases'))('asUser in groups on $name', ({ url }) => {
  const role = `as_user_${randomBytes(5).toString('hex')}`
  let pool: pg.Pool
  let roundTrips = 0

  beforeAll(async () => {
    const login = new pg.Client({ connectionString: url })
    await login.connect()
    await login.query(`create database ${role} template template0`)
    await login.end()
    const address = new URL(url)
    address.pathname = `/${role}`
    // One connection, so that each borrower is the next one of the one before.
    pool = new pg.Pool({ connectionString: address.href, max: 1 })
    pool.on('connect', (client) => {
      toConnection(client).on('readyForQuery', () => {
        roundTrips += 1
      })
    })
    await pool.query(`
      create role ${role} nologin;
      grant ${role} to current_user;
      create table notes (user_id text not null, text text primary key);
      create table parents (id int primary key);
      create table children (parent int references parents deferrable initially deferred);
      alter table notes enable row level security, force row level security;
      create policy own on notes using (user_id = nullif(current_setting('app.user_id', true), ''));
      grant select, insert, update, delete on notes, parents, children to ${role};
    `)
  })
  afterAll(() => pool.end())
  beforeEach(async () => {
    await as('ada', (tx) => tx.query('delete from notes'))
    roundTrips = 0
  })

  const as = <Result>(
    userId: string,
    work: (tx: UserTransaction) => Promise<Result>,
    options: Partial<AsUserOptions> = {},
  ) => asUser(pool, { role, userId, ...options }, work)
  const insert = 'insert into notes values ($1, $2)'

  it.each<[string, number, (tx: UserTransaction) => Promise<unknown>]>([
    ['its only query is given back', 1, (tx) => tx.query('select 1')],
    ['its last query is named as such', 1, async (tx) => await tx.queryLast('select 1')],
    ['it asks nothing', 1, async () => 1],
    ['it asks and goes on', 2, async (tx) => await tx.query('select 1')],
    [
      'it asks twice, and names the last',
      2,
      async (tx) => {
        await tx.query('select 1')
        await tx.queryLast('select 2')
      },
    ],
    ['it asks twice at once', 3, (tx) => Promise.all([tx.query('select 1'), tx.query('select 2')])],
  ])('where %s, takes %i round trips', async (_, expected, work) => {
    await as('ada', work)
    expect(roundTrips).toBe(expected)
  })

  it('has committed once the last query resolves, and takes no other', async () => {
    const failing = as('ada', async (tx) => {
      await tx.queryLast(insert, ['ada', 'kept'])
      await expect(tx.query('select 1')).rejects.toThrow(/has ended/)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await texts()).toEqual(['kept'])
  })

  it.each<[string, string]>([
    ['the statement fails', 'select 1 / 0'],
    ['only the commit fails', 'insert into children values (7)'],
  ])('saves nothing where %s', async (_, text) => {
    const failing = as('ada', async (tx) => {
      await tx.query(insert, ['ada', 'lost'])
      await tx.queryLast(text)
    })
    await expect(failing).rejects.toMatchObject({ severity: 'ERROR' })
    await expect(as('ada', (tx) => tx.query(text))).rejects.toMatchObject({ severity: 'ERROR' })
    expect(await texts()).toEqual([])
  })

  it.each(['commit', 'rollback', 'end', 'abort'])(
    'refuses a last statement that ends the transaction by itself: %s',
    async (text) => {
      await expect(as('ada', (tx) => tx.query(text))).rejects.toThrow(/ended the transaction/)
      await expect(as('ada', (tx) => tx.queryLast(text))).rejects.toThrow(/ended the transaction/)
    },
  )

  it('lets no procedure commit half-way, which would end role and person as well', async () => {
    const halfWay = as('ada', (tx) => tx.query('do $$ begin commit; end $$'))
    await expect(halfWay).rejects.toMatchObject({ code: '2D000' })
  })

  it.each([
    ['as the only one', (tx: UserTransaction) => tx.query(insert, ['ada', 'forged'])],
    ['as the last one', async (tx: UserTransaction) => tx.queryLast(insert, ['ada', 'forged'])],
    ['before others', async (tx: UserTransaction) => void (await tx.query(insert, ['a', 'b']))],
  ])('runs no statement outside a transaction that could not be opened, %s', async (_, work) => {
    const elsewhere = as('ada', work, { role: 'nobody_at_all' })
    await expect(elsewhere).rejects.toMatchObject({ code: '22023' })
    const { rows } = await pool.query("select set_config('app.user_id', 'ada', false)")
    expect(rows).toHaveLength(1)
    expect((await pool.query('select * from notes')).rows).toEqual([])
    await pool.query('reset all')
  })

  it.each([
    ['a setting', "set_config('work_mem', '77MB', false)"],
    ['the person', "set_config('app.user_id', 'bob', false)"],
    ['the role', "set_config('role', session_user::text, false)"],
    ['the time a statement may take', "set_config('statement_timeout', '1', false)"],
    ['the schemas that are searched', "set_config('search_path', 'nowhere', false)"],
  ])('puts back what a statement sets for the session: %s', async (_, call) => {
    const before = await readSession()
    for (const work of [
      (tx: UserTransaction) => tx.query(`select ${call}`),
      async (tx: UserTransaction) => await tx.query(`select ${call}`),
      async (tx: UserTransaction) => await tx.queryLast(`select ${call}`),
    ]) {
      await as('ada', work)
      expect(await readSession()).toEqual(before)
    }
    const failing = as('ada', async (tx) => {
      await tx.query(`select ${call}`)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await readSession()).toEqual(before)
  })

  it('prepares each text once on a connection of Postgres itself, and no more than 200', async () => {
    for (let n = 0; n < 5; n += 1) await as('ada', (tx) => tx.query('select $1::int', [n]))
    expect(await countPrepared('%select $1::int%')).toBe(1)
    for (let n = 0; n < 250; n += 1) await as('ada', (tx) => tx.query(`select ${n}`))
    const count = await countPrepared('%')
    expect(count).toBeGreaterThan(100)
    expect(count).toBeLessThanOrEqual(200)
  })

  it('prepares nothing where it is told not to', async () => {
    await pool.query('deallocate all')
    const options = { preparedStatements: false }
    await as('ada', (tx) => tx.query('select 1'), options)
    await as('ada', async (tx) => await tx.query('select 1'), options)
    expect(await countPrepared('%')).toBe(0)
  })

  it('goes on where what it had prepared is gone', async () => {
    await as('ada', (tx) => tx.query('select 1'))
    await pool.query('deallocate all')
    expect((await as('ada', (tx) => tx.query('select 1 as n'))).rows).toEqual([{ n: 1 }])
    expect((await as('ada', (tx) => tx.query('select 1 as n'))).rows).toEqual([{ n: 1 }])
  })

  it('goes on where a table has changed since a statement was prepared', async () => {
    await as('ada', (tx) => tx.query(insert, ['ada', 'kept']))
    await as('ada', (tx) => tx.query('select * from notes'))
    await pool.query("alter table notes add column more text default 'more'")
    const { rows } = await as('ada', (tx) => tx.query('select * from notes'))
    expect(rows).toEqual([{ user_id: 'ada', text: 'kept', more: 'more' }])
    await pool.query('alter table notes drop column more')
  })

  it('reads rows under the names that they have now, also where the text is an old one', async () => {
    await as('ada', (tx) => tx.query(insert, ['ada', 'kept']))
    const read = async () => (await as('ada', (tx) => tx.query('select * from notes'))).rows
    for (let n = 0; n < 3; n += 1) expect(await read()).toEqual([{ user_id: 'ada', text: 'kept' }])
    await pool.query('alter table notes rename column text to words')
    expect(await read()).toEqual([{ user_id: 'ada', words: 'kept' }])
    await pool.query('alter table notes rename column words to text')
    expect(await read()).toEqual([{ user_id: 'ada', text: 'kept' }])
    for (const [declared, row] of [
      ['select 1 as first', { first: 1 }],
      ["select 'b' as second, true as third", { second: 'b', third: true }],
    ] as const) {
      await as('ada', async (tx) => {
        await tx.query(`declare pages cursor for ${declared}`)
        expect((await tx.query('fetch all from pages')).rows).toEqual([row])
      })
    }
  })

  it('reads each row as the driver does, whatever the columns are called, each time', async () => {
    const text = `select '{"a":1}'::json as "__proto__", 1 as twice, 2 as twice, null as nothing, n
      from generate_series(1, 2) n`
    const driver = await pool.query(text)
    for (let n = 0; n < 3; n += 1) {
      const { rows, rowCount } = await as('ada', (tx) => tx.query<object>(text))
      expect(rows.map(Object.entries)).toEqual(driver.rows.map(Object.entries))
      expect(rowCount).toBe(2)
      const none = await as('ada', (tx) => tx.query('delete from notes where false'))
      expect(none).toMatchObject({ rows: [], rowCount: 0, command: 'DELETE' })
    }
  })

  it('fails the same way each time a statement fails', async () => {
    for (let n = 0; n < 3; n += 1) {
      const nonsense = as('ada', (tx) => tx.query('select * from no_such_table'))
      await expect(nonsense).rejects.toMatchObject({ code: '42P01' })
    }
    await as('ada', (tx) => tx.query(insert, ['ada', 'once']))
    for (let n = 0; n < 3; n += 1) {
      const again = as('ada', (tx) => tx.query(insert, ['ada', 'once']))
      await expect(again).rejects.toMatchObject({ code: '23505' })
    }
  })

  it('writes values and reads rows as the driver does', async () => {
    const text = `select $1::timestamptz as moment, $2::bytea as bytes, $3::int[] as list, $4::jsonb as json,
      $5::text as nothing, $6::numeric as number, $7::boolean as truth, date '2026-11-21' as day`
    const values = [new Date(0), Buffer.from([0, 255]), [1, 2], { a: [1] }, null, 1.5, true]
    const { rows, rowCount, command } = await as('ada', (tx) => tx.query(text, values))
    const driver = await pool.query(text, values)
    expect({ rows, rowCount, command }).toEqual({
      rows: driver.rows,
      rowCount: driver.rowCount,
      command: driver.command,
    })
  })

  it('saves nothing where the driver cannot write a value', async () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const failing = as('ada', async (tx) => {
      await tx.query(insert, ['ada', 'lost'])
      await tx.queryLast('select $1::jsonb', [circular])
    })
    await expect(failing).rejects.toThrow(/circular/i)
    expect(await texts()).toEqual([])
  })

  it('runs an empty statement, and refuses COPY without waiting for data', async () => {
    expect((await as('ada', (tx) => tx.query(''))).rows).toEqual([])
    const copying = as('ada', (tx) => tx.query('copy notes from stdin'))
    await expect(copying).rejects.toThrow(/COPY/)
    expect(await texts()).toEqual([])
  })

  async function texts(): Promise<string[]> {
    const { rows } = await as('ada', (tx) => tx.query<{ text: string }>('select text from notes'))
    return rows.map(({ text }) => text)
  }

  /** Everything a borrower could notice. */
  async function readSession(): Promise<unknown> {
    const { rows } = await pool.query(
      `select current_user::text as role, session_user::text as login,
        coalesce(current_setting('app.user_id', true), '') as person,
        (select jsonb_object_agg(name, setting order by name) from pg_settings where source = 'session') as settings`,
    )
    return rows[0]
  }

  async function countPrepared(pattern: string): Promise<number> {
    const { rows } = await pool.query<{ count: number }>(
      'select count(*)::int from pg_prepared_statements where statement like $1',
      [pattern],
    )
    return rows[0]?.count ?? -1
  }
})

/** The driver's connection, which tells each time Postgres is ready for more: once for each round trip. */
function toConnection(client: pg.PoolClient) {
  const { connection } = client as unknown as { connection: pg.Connection }
  return connection
}
