import { once } from 'node:events'
import { decodeJwt } from 'jose'
import pg from 'pg'
import { afterEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { revokeAllTokens, rotateKeys, stopIssuer } from '../src/better-auth/index.js'
import { toRevocationEntry } from '../src/contract.js'
import {
  appUrl,
  createDatabase,
  createIssuer,
  createMemoryStore,
  openBrowser,
  openPostgresStore,
  type Store,
  signIn,
  signUp,
  type TestAuth,
} from './_better-auth.js'
import { holdReference, isRefused, readFeed } from './_feed.js'

const [server] = inject('databases')

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

async function start(max = 10, store: Store = createMemoryStore()) {
  onTestFinished(() => store.close())
  const auth = await createIssuer(store)
  onTestFinished(() => stopIssuer(auth))
  return { auth, store, max, adapter: (await auth.$context).adapter }
}

async function startOnPostgres(max = 10) {
  const url = await createDatabase(server?.url ?? '')
  return { ...(await start(max, openPostgresStore(url, max))), url }
}

function hold(auth: TestAuth, etag: string, init: RequestInit = {}, wait = '5') {
  const began = Date.now()
  const headers = { 'if-none-match': etag }
  return readFeed(auth, `?wait=${wait}`, { ...init, headers }).then((answer) => ({
    ...answer,
    began,
    took: Date.now() - began,
  }))
}

describe('the document', () => {
  it('the document is a signed snapshot of digests, which nobody may keep', async () => {
    const { auth } = await start()
    const person = await signUp(auth)
    const deleted = await signUp(auth)
    const { sid = '' } = decodeJwt<{ sid: string }>((await person.browser.token()) ?? '')
    const began = Date.now()
    await person.browser.send('POST', '/sign-out', {})
    await deleted.browser.send('POST', '/delete-user', { password: deleted.password })
    const { response, header, document } = await readFeed(auth)
    expect(response.headers.get('content-type')).toBe('application/jwt')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('etag')).toMatch(/^"[\w-]{43}"$/)
    expect(header).toEqual({ alg: 'EdDSA', kid: expect.any(String), typ: 'revocations+jwt' })
    expect(document).toEqual({
      iss: appUrl,
      aud: 'claimcheck:revocations',
      iat: expect.any(Number),
      exp: document.iat + 60,
      sids: expect.arrayContaining([await toRevocationEntry(appUrl, 'sid', sid)]),
      subs: [await toRevocationEntry(appUrl, 'sub', deleted.userId)],
      notBefore: 0,
    })
    expect(document.iat).toBeGreaterThanOrEqual(Math.floor(began / 1000))
    expect(JSON.stringify(document)).not.toContain(sid)
    expect(JSON.stringify(document)).not.toContain(deleted.userId)
  })

  it('the document is public, to any origin and without a cookie', async () => {
    const { auth } = await start()
    for (const origin of ['', 'https://evil.example']) {
      const headers = { origin, 'sec-fetch-site': 'cross-site' }
      expect(
        (await openBrowser(auth.handler).send('GET', '/revocations', undefined, headers)).status,
      ).toBe(200)
    }
  })

  it('the document is no access token, and an access token is no document', async () => {
    const { auth } = await start()
    const person = await signUp(auth)
    const { header } = await readFeed(auth)
    const token = (await person.browser.token()) ?? ''
    expect(decodeJwt(token).aud).not.toBe('claimcheck:revocations')
    expect(header.typ).toBe('revocations+jwt')
  })

  it('the document has a tag that changes with the entries, and with nothing else', async () => {
    const { auth } = await start()
    const person = await signUp(auth)
    const tags = [(await readFeed(auth)).etag]
    await pass(1500)
    tags.push((await readFeed(auth)).etag)
    await rotateKeys(auth)
    tags.push((await readFeed(auth)).etag)
    expect(new Set(tags).size).toBe(1)
    await person.browser.send('POST', '/sign-out', {})
    await pass(260)
    tags.push((await readFeed(auth)).etag)
    await revokeAllTokens(auth)
    await pass(260)
    tags.push((await readFeed(auth)).etag)
    expect(new Set(tags).size).toBe(3)
  })

  it('the document is signed once for everybody who asks at the same time, and not long before', async () => {
    const { auth } = await start()
    const answers = await Promise.all(Array.from({ length: 50 }, () => readText(auth)))
    expect(new Set(answers).size).toBe(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 })
    expect(await readText(auth)).not.toBe(answers[0])
  })
})

describe('a request that waits', () => {
  it('a waiting request is held until something changes, anywhere', async () => {
    const { auth, store } = await startOnPostgres()
    const other = await createIssuer(store, { migrate: false })
    const person = await signUp(other)
    const { etag } = await readFeed(auth)
    const isReferenceHeld = await holdReference()
    const held = hold(auth, etag)
    await pass(600)
    await person.browser.send('POST', '/sign-out', {})
    const answer = await held
    expect(isReferenceHeld()).toBe(true)
    expect(answer.document.sids).toHaveLength(1)
    expect(answer.etag).not.toBe(etag)
  })

  it('a waiting request is answered with 200 when its time is up and nothing has changed', async () => {
    const { auth } = await start()
    const { etag } = await readFeed(auth)
    const isReferenceHeld = await holdReference()
    const answer = await hold(auth, etag, {}, '1')
    expect(isReferenceHeld()).toBe(true)
    expect(answer.took).toBeGreaterThanOrEqual(990)
    expect([answer.response.status, answer.etag]).toEqual([200, etag])
    expect(answer.document.iat).toBeGreaterThanOrEqual(Math.floor(answer.began / 1000))
  })

  it.each([
    ['without a tag', '5', ''],
    ['with another tag', '5', '"other"'],
    ['without a time', '', 'known'],
    ['with a time of nothing', '0', 'known'],
    ['with a negative time', '-1', 'known'],
    ['with a time that is none', 'soon', 'known'],
  ])('a waiting request is answered at once %s', async (_, wait, tag) => {
    const { auth } = await start()
    const { etag } = await readFeed(auth)
    const isReferenceHeld = await holdReference()
    await hold(auth, tag === 'known' ? etag : tag, {}, wait)
    expect(isReferenceHeld()).toBe(true)
  })

  it.each([
    ['a weak tag', (etag: string) => `W/${etag}`],
    ['one of several tags', (etag: string) => `"other", ${etag}`],
  ])('a waiting request is held for %s', async (_, toHeader) => {
    const { auth } = await start()
    const { etag } = await readFeed(auth)
    expect((await hold(auth, toHeader(etag), {}, '0.4')).took).toBeGreaterThanOrEqual(390)
  })

  it('a waiting request is held for five seconds at most', async () => {
    const { auth } = await start()
    const { etag } = await readFeed(auth)
    const answer = await hold(auth, etag, {}, '3600')
    expect(answer.took).toBeGreaterThan(4_900)
  })

  it('a waiting request costs one query every 250 ms, however many wait, and no connection meanwhile', async () => {
    const { auth, store, adapter } = await startOnPostgres(2)
    const { etag } = await readFeed(auth)
    const reads = vi.spyOn(adapter, 'findMany')
    const began = Date.now()
    const held: Promise<unknown>[] = []
    for (let count = 0; count < 100; count += 1) {
      held.push(hold(auth, etag))
      await pass(5)
    }
    await pass(1000)
    const pool = store.database
    if (!(pool instanceof pg.Pool)) throw new Error('expected a pool')
    expect(pool.waitingCount).toBe(0)
    expect(pool.totalCount - pool.idleCount, 'the look itself, at the most').toBeLessThanOrEqual(1)
    const queries = reads.mock.calls.filter(([{ model }]) => model === 'revocation')
    expect(queries.length).toBeGreaterThanOrEqual(3)
    expect(queries.length).toBeLessThanOrEqual((Date.now() - began) / 250 + 2)
    await stopIssuer(auth)
    await Promise.all(held)
  })

  it('a waiting request looks no more once nobody waits', async () => {
    const { auth, adapter } = await start()
    const { etag } = await readFeed(auth)
    await hold(auth, etag, {}, '0.3')
    await pass(300)
    const reads = vi.spyOn(adapter, 'findMany')
    await pass(800)
    expect(reads).not.toHaveBeenCalled()
  })

  it('a waiting request is let go when the follower hangs up', async () => {
    const { auth, adapter } = await start()
    const { etag } = await readFeed(auth)
    const isReferenceHeld = await holdReference()
    const hangUp = new AbortController()
    const held = hold(auth, etag, { signal: hangUp.signal })
    await pass(300)
    hangUp.abort()
    await held
    expect(isReferenceHeld()).toBe(true)
    await pass(300)
    const reads = vi.spyOn(adapter, 'findMany')
    await pass(600)
    expect(reads).not.toHaveBeenCalled()
  })

  it('a waiting request ends at once when the process stops, and none is held after', async () => {
    const { auth } = await start()
    const { etag } = await readFeed(auth)
    const isReferenceHeld = await holdReference()
    const held = Array.from({ length: 20 }, () => hold(auth, etag))
    await pass(300)
    await stopIssuer(auth)
    await Promise.all(held)
    await hold(auth, etag)
    expect(isReferenceHeld()).toBe(true)
  })

  it('a waiting request outlives a database that is away for a moment, and says 503 when it stays away', async () => {
    const { auth, adapter } = await start()
    const { etag } = await readFeed(auth)
    const outage = vi.spyOn(adapter, 'findMany')
    const held = hold(auth, etag, {}, '3')
    // It waits once something was read for it; a database that is away before that is told at once.
    await vi.waitFor(() => expect(outage).toHaveBeenCalled(), { interval: 10, timeout: 20_000 })
    outage.mockRejectedValue(new Error('no connection'))
    await pass(600)
    outage.mockRestore()
    expect((await held).etag).toBe(etag)
    vi.spyOn(adapter, 'findMany').mockRejectedValue(new Error('no connection'))
    await pass(300)
    const answer = await auth.handler(new Request(`${appUrl}/api/auth/revocations`))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await answer.text()).not.toContain('no connection')
  })
})

describe('a late commit', () => {
  it('a late commit is not missed, whatever was written and read meanwhile', async () => {
    const { auth, store, url } = await startOnPostgres()
    const person = await signUp(auth)
    const lateEntry = await toRevocationEntry(appUrl, 'sid', 'late')
    const slow = new pg.Client({ connectionString: url })
    await slow.connect()
    await slow.query('begin')
    await slow.query(
      `insert into revocation (id, kind, entry, "createdAt", until)
       values ('late', 'sid', '${lateEntry}', now() - interval '5 minutes', now() + interval '5 minutes')`,
    )
    await person.browser.send('POST', '/sign-out', {})
    await pass(260)
    const { etag, document } = await readFeed(auth)
    expect(document.sids).toHaveLength(1)
    const held = hold(auth, etag)
    await pass(600)
    await slow.query('commit')
    const answer = await held
    expect(answer.document.sids).toContain(lateEntry)
    await slow.end()
    expect(store.isShared).toBe(true)
  })
})

describe('a count', () => {
  it('a count that stays the same hides nothing: one row gone and one new is seen with the next look', async () => {
    const { auth, store, url } = await startOnPostgres()
    const person = await signUp(auth)
    await person.browser.send('POST', '/sign-out', {})
    const fresh = await toRevocationEntry(appUrl, 'sid', 'fresh')
    await pass(260)
    const { etag, document } = await readFeed(auth)
    expect(document.sids).toHaveLength(1)
    const isReferenceHeld = await holdReference()
    const held = hold(auth, etag)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(
      `with gone as (delete from revocation returning "createdAt", until)
       insert into revocation (id, kind, entry, "createdAt", until)
       select 'fresh', 'sid', '${fresh}', "createdAt", until from gone`,
    )
    await client.end()
    expect((await held).document.sids).toEqual([fresh])
    expect(isReferenceHeld()).toBe(true)
    expect(store.isShared).toBe(true)
  })
})

describe('more than 20 000 ended sessions', () => {
  it('more than 20 000 ended sessions become a brake for everybody: one refresh each, and nobody is let back in', {
    timeout: 60_000,
  }, async () => {
    const { auth, url, adapter } = await startOnPostgres()
    const alive = await signUp(auth)
    const gone = await signUp(auth)
    const tokens = { alive: await alive.browser.token(), gone: await gone.browser.token() }
    const cookies = new Map(gone.browser.cookies)
    await gone.browser.send('POST', '/sign-out', {})
    await fill(url, 20_000)
    await vi.waitFor(
      async () => {
        const { document } = await readFeed(auth)
        expect(document.notBefore).toBeGreaterThan(0)
        expect(document.sids.length).toBeLessThanOrEqual(20_000)
      },
      { timeout: 30_000 },
    )
    expect(await adapter.count({ model: 'revocation', where: brakes })).toBe(0)
    expect(await isRefused(auth, tokens.gone)).toBe(true)
    expect(await isRefused(auth, tokens.alive), 'refreshes once').toBe(true)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_000 })
    const fresh = await alive.browser.token()
    expect(await isRefused(auth, fresh)).toBe(false)
    expect((decodeJwt(fresh ?? '').iat ?? 0) - Date.now() / 1000).toBeLessThan(30)
    expect(await openBrowser(auth.handler, cookies).token()).toBeNull()
    const { document } = await readFeed(auth)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2_000 })
    expect((await readFeed(auth)).document.notBefore, 'once').toBe(document.notBefore)
  })

  it('more than 20 000 ended sessions leave out none that may have had a token of the second of a brake', {
    timeout: 60_000,
  }, async () => {
    const { auth, url } = await startOnPostgres()
    const notBefore = await revokeAllTokens(auth)
    const person = await signUp(auth)
    const token = await person.browser.token()
    expect(decodeJwt(token ?? '').iat, 'stamped with the brake').toBe(notBefore.getTime() / 1000)
    await person.browser.send('POST', '/sign-out', {})
    await fill(url, 20_000, { when: '1 second' })
    const { document } = await readFeed(auth)
    expect(document.sids.length).toBeLessThanOrEqual(20_000)
    expect(await isRefused(auth, token)).toBe(true)
  })

  it('more than 20 000 ended sessions are not read again while nothing changes', {
    timeout: 60_000,
  }, async () => {
    const { auth, url, adapter } = await startOnPostgres()
    await fill(url, 40_000, { when: '-20 seconds', spread: '5 milliseconds' })
    const { etag } = await readFeed(auth)
    const read: number[] = []
    const { findMany } = adapter
    vi.spyOn(adapter, 'findMany').mockImplementation(async (query) => {
      const rows = await findMany<{ id: string }>(query)
      if (query.model === 'revocation') read.push(rows.length)
      return rows as never[]
    })
    const began = Date.now()
    await hold(auth, etag, {}, '2')
    const seconds = (Date.now() - began) / 1000
    const sum = read.reduce((one, other) => one + other, 0)
    expect(sum).toBeLessThanOrEqual(2_500 * (seconds + 1))
  })
})

describe('two issuer processes on one database', () => {
  it('two issuer processes serve the same document, and one tells of what the other ended', async () => {
    const { auth, store } = await startOnPostgres()
    const other = await createIssuer(store, { migrate: false })
    onTestFinished(() => stopIssuer(other))
    const person = await signUp(auth)
    const device = await signIn(other, person)
    const token = await device.token()
    await Promise.all([readFeed(auth), readFeed(other)])
    await person.browser.send('POST', '/revoke-other-sessions', {})
    await pass(260)
    const [one, two] = await Promise.all([readFeed(auth), readFeed(other)])
    expect(one.etag).toBe(two.etag)
    expect(one.document.sids).toEqual(two.document.sids)
    expect(await isRefused(other, token)).toBe(true)
    const notBefore = await revokeAllTokens(auth)
    const fresh = await person.browser.token()
    const fromOther = await openBrowser(other.handler, new Map(person.browser.cookies)).token()
    for (const minted of [fresh, fromOther]) {
      expect(decodeJwt(minted ?? '').iat).toBeGreaterThanOrEqual(notBefore.getTime() / 1000)
    }
  })
})

async function readText(auth: TestAuth): Promise<string> {
  return (await auth.handler(new Request(`${appUrl}/api/auth/revocations`))).text()
}

const brakes = [{ field: 'kind', value: 'all' }]

/** Ended sessions of others. */
async function fill(
  url: string,
  count: number,
  { when = '-1 second', spread = '0' } = {},
): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `insert into revocation (id, kind, entry, "createdAt", until)
     select 'filler-' || n, 'sid',
       rtrim(translate(encode(sha256(('entry-' || n)::bytea), 'base64'), '+/', '-_'), '='), now() + interval '${when}' - n * interval '${spread}', now() + interval '10 minutes'
     from generate_series(1, ${count}) n`,
  )
  client.end()
  await once(client, 'end')
}

/** Real time, because what is tested is how long things take. */
function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
