/** What one caller asks for stays with that caller: too many requests, searches that cost much, tasks without end. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type AbusedApi, startAbusedApi } from './_api.js'

const LIMIT = 60

interface Page {
  readonly tasks: readonly { readonly id: string; readonly title: string }[]
  readonly nextCursor: string | null
}
const database = inject('databases')[0] ?? { url: '' }

describe('too many requests', () => {
  let api: AbusedApi
  beforeAll(async () => {
    api = await startAbusedApi(database.url, { RATE_LIMIT_PER_MINUTE: String(LIMIT) })
  })
  afterAll(() => api.stop())

  it('of one person are refused with the time to wait, and nobody else notices', async () => {
    const [ada, bob] = [await api.signIn('ada'), await api.signIn('bob')]
    const first = await fetch(`${api.url}/api/me`, { headers: ada })
    expect(first.headers.get('ratelimit-policy')).toBe(`"minute";q=${LIMIT};w=60`)
    expect(first.headers.get('ratelimit')).toMatch(/^"minute";r=\d+;t=\d+$/)
    // A minute may begin in between, and then allows as many again.
    const answers = await ask('/api/me', ada, 2 * LIMIT + 1)
    const refused = answers.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused?.headers.get('content-type')).toBe('application/problem+json')
    expect(refused?.headers.get('ratelimit')).toMatch(/^"minute";r=0;/)
    expect(await refused?.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect((await fetch(`${api.url}/api/me`, { headers: bob })).status).toBe(200)
  })

  it('without a good token are refused by address, where a good token goes on being served', async () => {
    const forged = { Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }
    for (const [path, headers] of [
      ['/api/me', forged],
      ['/api/me/tasks', {}],
      ['/openapi.json', {}],
      ['/nowhere', {}],
    ] as const) {
      const answers = await ask(path, headers, 2 * LIMIT + 1)
      const refused = answers.find(({ status }) => status === 429)
      expect(refused?.headers.get('www-authenticate')).toBeNull()
      expect(await refused?.json()).toMatchObject({ code: 'rate_limited' })
    }
    const carol = await api.signIn('carol')
    expect((await fetch(`${api.url}/api/me`, { headers: carol })).status).toBe(200)
    for (const probe of ['/livez', '/readyz']) {
      const answers = await ask(probe, {}, LIMIT + 1)
      expect(answers.every(({ status }) => status === 200)).toBe(true)
    }
  })

  it('are counted for the address that a trusted proxy names, and not for one that a stranger makes up', async () => {
    const from = (address: string) => ({ 'X-Forwarded-For': address })
    const answers = await ask('/openapi.json', from('203.0.113.7'), 2 * LIMIT + 1)
    expect(answers.some(({ status }) => status === 429)).toBe(true)
    const other = await fetch(`${api.url}/openapi.json`, { headers: from('203.0.113.8') })
    expect(other.status).toBe(200)
    // The proxy puts what it sees at the end; what the client claims stands before it.
    const claimed = await ask('/openapi.json', from('198.51.100.1, 203.0.113.9'), 2 * LIMIT + 1)
    expect(claimed.some(({ status }) => status === 429)).toBe(true)
  })

  async function ask(path: string, headers: Record<string, string>, times: number) {
    return Promise.all(Array.from({ length: times }, () => fetch(`${api.url}${path}`, { headers })))
  }
})

describe('what costs much', () => {
  let api: AbusedApi
  let pool: pg.Pool
  beforeAll(async () => {
    api = await startAbusedApi(database.url, { RATE_LIMIT_PER_MINUTE: '1000000' })
    pool = new pg.Pool({ connectionString: api.databaseUrl })
  })
  afterAll(async () => {
    await pool.end()
    await api.stop()
  })

  it('a search that compares everything with everything ends in time, goes on page by page and misses nothing', async () => {
    await fill('mallory', 100, 'a'.repeat(9_999))
    const headers = await api.signIn('mallory')
    const created = await fetch(`${api.url}/api/me/tasks`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ title: 'Needle', notes: `${'a'.repeat(180)}b` }),
    })
    expect(created.status).toBe(200)
    const found: string[] = []
    let pages = 0
    let cursor = ''
    do {
      const query = `q=${'a'.repeat(180)}b&sort=createdAt&order=asc&limit=200&cursor=${cursor}`
      const answer = await fetch(`${api.url}/api/me/tasks?${query}`, { headers })
      expect(answer.status).toBe(200)
      const page: Page = JSON.parse(await answer.text())
      found.push(...page.tasks.map(({ title }) => title))
      cursor = page.nextCursor ?? ''
      pages += 1
    } while (cursor !== '')
    expect(found).toEqual(['Needle'])
    expect(pages).toBeGreaterThan(2)
  })

  it('searches of one person wait for each other, and beyond a few are refused', async () => {
    await fill('eve', 300, 'a'.repeat(9_999))
    const headers = await api.signIn('eve')
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        fetch(`${api.url}/api/me/tasks?q=${'a'.repeat(199)}b`, { headers }),
      ),
    )
    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].sort()).toEqual([200, 429])
    const refused = answers.find(({ status }) => status === 429)
    expect(refused?.headers.get('retry-after')).toBe('1')
    const plain = await fetch(`${api.url}/api/me/tasks`, { headers })
    expect(plain.status).toBe(200)
  })

  it('the 20 001st task is refused, those in the trash count, and what is there can be sent again', async () => {
    await fill('hoarder', 19_999, '')
    const headers = await api.signIn('hoarder')
    const create = (body: object) =>
      fetch(`${api.url}/api/me/tasks`, { method: 'POST', headers, body: JSON.stringify(body) })
    const last = { id: crypto.randomUUID(), title: 'Last' }
    const answers = await Promise.all([
      create(last),
      ...Array.from({ length: 5 }, () => create({ title: 'One of these too many' })),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.find(({ status }) => status === 409)
    expect(await refused?.json()).toMatchObject({ status: 409, code: 'too_many_tasks' })
    const newest = await readNewest(`${api.url}/api/me/tasks?limit=1`, headers)
    expect((await create({ id: newest?.id, title: newest?.title })).status).toBe(200)
    const trashed = await fetch(`${api.url}/api/me/tasks/${newest?.id}`, {
      method: 'DELETE',
      headers,
    })
    expect(trashed.status).toBe(200)
    expect((await create({ title: 'Still too many' })).status).toBe(409)
  })

  async function fill(person: string, tasks: number, notes: string): Promise<void> {
    const client = await pool.connect()
    await client.query('begin')
    await client.query("select set_config('app.user_id', $1, true)", [person])
    await client.query('insert into claimcheck_tasks.accounts (user_id) values ($1)', [person])
    await client.query(
      `insert into claimcheck_tasks.tasks (user_id, id, title, notes, creation)
       select $1, gen_random_uuid(), 'T', $2, '' from generate_series(1, $3::int)`,
      [person, notes, tasks],
    )
    await client.query('commit')
    client.release()
  }
})

async function readNewest(url: string, headers: Record<string, string>) {
  const page: Page = JSON.parse(await (await fetch(url, { headers })).text())
  return page.tasks[0]
}
