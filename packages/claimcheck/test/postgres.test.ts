/** asUser on real servers: what it sets, what it leaves behind, and what cannot break out of it. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, expectTypeOf, inject, it } from 'vitest'
import { asUser, type UserTransaction } from '../src/postgres.js'

describe.each(inject('databases'))('asUser on $name', ({ url }) => {
  const name = `as_user_${randomBytes(5).toString('hex')}`
  // A name that breaks out of any quoting that is not careful.
  const role = `${name} "o'neill" \\ $1`
  let pool: pg.Pool

  beforeAll(async () => {
    await withClient(url, (client) => client.query(`create database ${name} template template0`))
    const address = new URL(url)
    address.pathname = `/${name}`
    pool = new pg.Pool({ connectionString: address.href, max: 2 })
    const quoted = pg.escapeIdentifier(role)
    await pool.query(`
      create role ${quoted} nologin;
      grant ${quoted} to current_user;
      create table notes (user_id text not null, text text not null);
      create table parents (id int primary key);
      create table children (parent int references parents deferrable initially deferred);
      alter table notes enable row level security, force row level security;
      create policy own on notes using (user_id = nullif(current_setting('app.user_id', true), ''));
      grant select, insert, update, delete on notes, parents, children to ${quoted};
    `)
  })
  afterAll(() => pool.end())

  const as = <Result>(userId: string, work: (tx: UserTransaction) => Promise<Result>) =>
    asUser(pool, { role, userId }, work)

  it('switches role and person for the transaction, and leaves neither behind', async () => {
    const inside = await as('ada', async (tx) => (await tx.query<Who>(who)).rows[0])
    expect(inside).toEqual({ role, person: 'ada' })
    for (const outside of await everyConnection()) {
      expect(outside).toEqual({ role: new URL(url).username, person: '' })
    }
  })

  it('commits what resolves, rolls back what throws, and passes the error on', async () => {
    await as('ada', (tx) => tx.query('insert into notes values ($1, $2)', ['ada', 'kept']))
    const failure = new Error('on purpose')
    const failed = as('ada', async (tx) => {
      await tx.query('insert into notes values ($1, $2)', ['ada', 'lost'])
      throw failure
    })
    await expect(failed).rejects.toBe(failure)
    expect(await texts('ada')).toEqual(['kept'])
    expect(await texts('bob')).toEqual([])
  })

  it('refuses to write for somebody else', async () => {
    const writing = as('bob', (tx) =>
      tx.query('insert into notes values ($1, $2)', ['ada', 'forged']),
    )
    await expect(writing).rejects.toMatchObject({ code: '42501' })
  })

  it.each([
    "ada'; reset role; --",
    "ada', true), set_config('app.user_id', 'bob",
    '\\x6564\\',
    '$1 %s {} \u2028 \t\n',
    '李 🧥',
    '0',
    'a'.repeat(255),
  ])('keeps a person called %j whole', async (person) => {
    const inside = await as(person, async (tx) => (await tx.query<Who>(who)).rows[0])
    expect(inside).toEqual({ role, person })
  })

  it.each([
    ['an empty user id', { userId: '' }],
    ['a user id with NUL', { userId: 'a\0b' }],
    ['a user id with half a surrogate pair', { userId: 'a\ud83e' }],
    ['no user id', { userId: undefined }],
    ['a list for a user id', { userId: ['ada'] }],
    ['an empty role', { role: '' }],
    ['no time for a statement', { statementTimeout: 0 }],
    ['text for a time', { statementTimeout: "1'; reset role; --" }],
    ['more than an hour for a statement', { statementTimeout: 3_600_001 }],
  ])('refuses %s with a TypeError, before it takes a connection', async (_, wrong) => {
    const untouched = { connect: () => Promise.reject(new Error('a connection was taken')) }
    // Types refuse these; a caller without types must not get through either.
    const options = { role, userId: 'ada', ...wrong } as Parameters<typeof asUser>[1]
    await expect(asUser(untouched, options, async () => 1)).rejects.toThrow(TypeError)
  })

  it('fails for a role that does not exist, and gives the connection back in order', async () => {
    const failing = asUser(pool, { role: 'nobody_at_all', userId: 'ada' }, async () => 1)
    await expect(failing).rejects.toMatchObject({ code: '22023' })
    expect(await as('ada', async () => 1)).toBe(1)
  })

  it('ends a statement that takes too long, and goes on with the connection', async () => {
    const slow = asUser(pool, { role, userId: 'ada', statementTimeout: 50 }, (tx) =>
      tx.query('select pg_sleep(5)'),
    )
    await expect(slow).rejects.toMatchObject({ code: '57014' })
    const [timeout] = await pool.query('show statement_timeout').then(({ rows }) => rows)
    expect(timeout).toEqual({ statement_timeout: '0' })
  })

  it('does not call it a success when a statement failed and nobody said so', async () => {
    const swallowed = as('ada', async (tx) => {
      await tx.query('insert into notes values ($1, $2)', ['ada', 'never'])
      await tx.query('select 1 / 0').catch(() => {})
      return 'fine'
    })
    await expect(swallowed).rejects.toThrow(/Nothing was saved/)
    expect(await texts('ada')).not.toContain('never')
  })

  it('passes on what only the commit finds', async () => {
    const committing = as('ada', (tx) => tx.query('insert into children values (7)'))
    await expect(committing).rejects.toMatchObject({ code: '23503' })
    expect(await as('ada', async () => 1)).toBe(1)
  })

  it.each(['commit', 'rollback', 'commit and chain; select 1'])(
    'refuses a statement of the caller that ends the transaction: %s',
    async (statement) => {
      const ending = as('ada', (tx) => tx.query(statement))
      await expect(ending).rejects.toThrow()
      for (const outside of await everyConnection()) expect(outside.person).toBe('')
    },
  )

  it('runs one statement at a time, never a list of them', async () => {
    const stacked = as('ada', (tx) => tx.query("reset role; select 'free'"))
    await expect(stacked).rejects.toMatchObject({ code: '42601' })
  })

  it('runs queries that were started together one after the other', async () => {
    const rows = await as('ada', async (tx) => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => tx.query<{ n: number }>('select $1::int as n', [n])),
      )
      return answers.map((answer) => answer.rows[0]?.n)
    })
    expect(rows).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  it('waits for queries nobody awaited before it commits', async () => {
    await as('eve', async (tx) => {
      void tx.query('insert into notes select $1, $2 from pg_sleep(0.05)', ['eve', 'late'])
    })
    expect(await texts('eve')).toEqual(['late'])
  })

  it('refuses to be used once the transaction has ended', async () => {
    const kept = await as('ada', async (tx) => tx)
    await expect(kept.query('select 1')).rejects.toThrow(/has ended/)
    let escaped: UserTransaction | undefined
    await expect(
      as('ada', async (tx) => {
        escaped = tx
        throw new Error('on purpose')
      }),
    ).rejects.toThrow('on purpose')
    await expect(escaped?.query('select 1')).rejects.toThrow(/has ended/)
  })

  it('survives a connection that is lost, and drops it', async () => {
    const lost = as('ada', async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
      await withClient(url, (client) =>
        client.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]),
      )
      await tx.query('select 1')
    })
    await expect(lost).rejects.toThrow()
    expect(await as('ada', async () => 1)).toBe(1)
  })

  it('costs three round trips with a driver that only takes queries: open, query, close', async () => {
    const client = await pool.connect()
    const sent: string[] = []
    const counted = {
      query: (query: { text: string }) => {
        sent.push(query.text)
        return client.query(query)
      },
      release: (error?: Error) => client.release(error),
      on: client.on.bind(client),
      removeListener: client.removeListener.bind(client),
    }
    await asUser({ connect: async () => counted }, { role, userId: 'ada' }, (tx) =>
      tx.query('select 1'),
    )
    expect(sent).toEqual([
      expect.stringMatching(/^begin; select /),
      'select 1',
      'commit; reset all; reset role',
    ])
    expect(sent[0]).not.toContain('ada')
  })

  it('is the only maker of a UserTransaction', () => {
    expectTypeOf<{
      userId: string
      query: UserTransaction['query']
    }>().not.toExtend<UserTransaction>()
    expectTypeOf<pg.PoolClient>().not.toExtend<UserTransaction>()
    expectTypeOf<UserTransaction>().toHaveProperty('userId')
  })

  async function texts(person: string): Promise<string[]> {
    return await as(person, async (tx) => {
      const { rows } = await tx.query<{ text: string }>('select text from notes order by text')
      return rows.map(({ text }) => text)
    })
  }

  async function everyConnection(): Promise<Who[]> {
    const clients = await Promise.all(Array.from({ length: 2 }, () => pool.connect()))
    try {
      const answers = await Promise.all(clients.map((client) => client.query<Who>(who)))
      return answers.flatMap(({ rows }) => rows)
    } finally {
      for (const client of clients) client.release()
    }
  }
})

interface Who {
  role: string
  person: string
}

const who = `select current_user::text as role, coalesce(current_setting('app.user_id', true), '') as person`

async function withClient<Result>(
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
