import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { claimcheck, revokeAllTokens } from '../src/better-auth/index.js'
import { toRevocationEntry } from '../src/contract.js'
import {
  apiUrl,
  appUrl,
  createDatabase,
  createIssuer,
  createMemoryStore,
  openBrowser,
  openPostgresStore,
  type Store,
  secret,
  signIn,
  signUp,
} from './_better-auth.js'
import { createRevokingIssuer, type RevokingAuth, setScene } from './_ending.js'
import { isRefused, readFeed } from './_feed.js'

const DAY = 86_400_000
const servers = [
  { name: 'memory', open: async () => createMemoryStore() },
  ...inject('databases').map(({ name, url }) => ({
    name,
    open: async () => openPostgresStore(await createDatabase(url)),
  })),
]

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe.each(servers)('revocation on $name', ({ open }) => {
  let store: Store
  let auth: RevokingAuth
  let resets: Map<string, string>

  beforeAll(async () => {
    store = await open()
    resets = new Map()
    auth = await createRevokingIssuer(store, resets)
    return () => store.close()
  })

  it('revocation gives the device that changed the password a new session, whose tokens are good', async () => {
    const { person } = await setScene(auth, resets)
    const before = await person.browser.token()
    await person.browser.send('POST', '/change-password', {
      currentPassword: person.password,
      newPassword: 'a new and better password',
    })
    const after = await person.browser.token()
    expect(decodeJwt(after ?? '').sid).not.toBe(decodeJwt(before ?? '').sid)
    expect(await isRefused(auth, after)).toBe(false)
  })

  it('revocation ends the sessions themselves with a forgotten password, and not their tokens alone', async () => {
    const scene = await setScene(auth, resets)
    const newPassword = 'a new and better password'
    const token = await scene.resetToken()
    await openBrowser(auth.handler).send('POST', '/reset-password', { newPassword, token })
    const { adapter } = await auth.$context
    const where = [{ field: 'userId', value: scene.person.userId }]
    expect(await adapter.count({ model: 'session', where })).toBe(0)
  })

  it('revocation ends nothing when the password was wrong', async () => {
    const { person, other } = await setScene(auth, resets)
    const token = await other.token()
    const answer = await person.browser.send('POST', '/change-password', {
      currentPassword: 'not the password',
      newPassword: 'a new and better password',
    })
    expect(answer.status).toBe(400)
    expect(await isRefused(auth, token)).toBe(false)
    expect(await other.token()).not.toBeNull()
  })

  it('revocation lets somebody who signed out everywhere sign in again within the same second', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const person = await signUp(auth)
      const old = await person.browser.token()
      await person.browser.send('POST', '/revoke-sessions', {})
      const token = await (await signIn(auth, person)).token()
      expect(decodeJwt(token ?? '').iat).toBeLessThanOrEqual((decodeJwt(old ?? '').iat ?? 0) + 1)
      await vi.waitFor(async () => {
        const refused = [await isRefused(auth, old), await isRefused(auth, token)]
        expect(refused).toEqual([true, false])
      }, 20_000)
    }
  })

  it('revocation reaches all of hundreds of sessions', { timeout: 60_000 }, async () => {
    const person = await signUp(auth)
    const { internalAdapter, adapter } = await auth.$context
    const sids: string[] = []
    // An adapter's own page has 100.
    const others = inject('isLong') ? 999 : 249
    for (let count = 0; count < others; count += 1) {
      sids.push((await internalAdapter.createSession(person.userId)).id)
    }
    expect((await person.browser.send('POST', '/revoke-sessions', {})).status).toBe(200)
    const where = [{ field: 'userId', value: person.userId }]
    expect(await adapter.count({ model: 'session', where })).toBe(0)
    await vi.waitFor(async () => {
      const { document } = await readFeed(auth)
      const listed = new Set(document.sids)
      const entries = await Promise.all(sids.map((sid) => toRevocationEntry(appUrl, 'sid', sid)))
      expect(entries.filter((entry) => !listed.has(entry))).toEqual([])
    }, 20_000)
  })

  it('revocation hands out no token for a session that is listed, and ends it', async () => {
    const person = await signUp(auth)
    const { adapter } = await auth.$context
    const session = await auth.api.getSession({ headers: person.browser.headers() })
    const entry = await toRevocationEntry(appUrl, 'sid', session?.session.id ?? '')
    await insertRow(auth, { kind: 'sid', entry })
    await expect(auth.api.getToken({ headers: person.browser.headers() })).rejects.toMatchObject({
      statusCode: 401,
    })
    const where = [{ field: 'userId', value: person.userId }]
    expect(await adapter.count({ model: 'session', where })).toBe(0)
    const second = await signIn(auth, person)
    const sid = (await auth.api.getSession({ headers: second.headers() }))?.session.id ?? ''
    await insertRow(auth, { kind: 'sid', entry: await toRevocationEntry(appUrl, 'sid', sid) })
    const answer = await second.send('GET', '/token')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([401, 'no-store'])
    expect(await answer.json()).toMatchObject({ code: 'SESSION_ENDED' })
    expect(second.cookies.size).toBe(0)
  })

  it('revocation answers 503, not a token, when it cannot look whether the session is listed', async () => {
    const person = await signUp(auth)
    const { adapter } = await auth.$context
    const { findMany } = adapter
    vi.spyOn(adapter, 'findMany').mockImplementation(async (query) => {
      if (query.model === 'revocation') throw new Error('no connection')
      return findMany(query)
    })
    expect((await person.browser.send('GET', '/token')).status).toBe(503)
  })

  it('revocation has a brake for everybody: old tokens are refused, the next ones are good at once', async () => {
    const person = await signUp(auth)
    const before = await person.browser.token()
    const asked = Date.now()
    const notBefore = await revokeAllTokens(auth)
    expect(notBefore.getTime() % 1000).toBe(0)
    expect(notBefore.getTime(), 'the next second, and five').toBeGreaterThan(asked + 5000)
    expect(notBefore.getTime()).toBeLessThanOrEqual(Date.now() + 6000)
    const after = await person.browser.token()
    expect(decodeJwt(after ?? '').iat).toBeGreaterThanOrEqual(notBefore.getTime() / 1000)
    await vi.waitFor(async () => {
      const refused = [await isRefused(auth, before), await isRefused(auth, after)]
      expect(refused).toEqual([true, false])
    }, 20_000)
    expect((await readFeed(auth)).document.notBefore).toBe(notBefore.getTime() / 1000)
  })

  it('revocation keeps an ended session for the lifetime of a token and 90 s, a deleted person for 30 days', async () => {
    const first = await signUp(auth)
    const second = await signUp(auth)
    const sid = decodeJwt<{ sid: string }>((await first.browser.token()) ?? '').sid
    const ended = await toRevocationEntry(appUrl, 'sid', sid)
    const deleted = await toRevocationEntry(appUrl, 'sub', second.userId)
    await first.browser.send('POST', '/sign-out', {})
    await second.browser.send('POST', '/delete-user', { password: second.password })
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'] })
    const listed = async (after: number) => {
      vi.setSystemTime(start + after)
      const { document } = await readFeed(auth)
      return [document.sids.includes(ended), document.subs.includes(deleted)]
    }
    expect(await listed((900 + 85) * 1000)).toEqual([true, true])
    expect(await listed((900 + 95) * 1000)).toEqual([false, true])
    expect(await listed(29.9 * DAY)).toEqual([false, true])
    expect(await listed(30.1 * DAY)).toEqual([false, false])
    const { adapter } = await auth.$context
    // Rows stay as long as a span that holds them may, and go with a look; one whose upkeep is still busy leaves it
    // to the next.
    let after = 37 * DAY
    await vi.waitFor(
      async () => {
        after += 1_000
        expect(await listed(after)).toEqual([false, false])
        expect(await adapter.count({ model: 'revocation' })).toBe(0)
      },
      { timeout: 20_000 },
    )
  })

  it('revocation records nothing of a session that had run out by itself', async () => {
    const person = await signUp(auth)
    const { adapter } = await auth.$context
    const before = await adapter.count({ model: 'revocation' })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * DAY })
    expect(await person.browser.token()).toBeNull()
    expect(await adapter.count({ model: 'revocation' })).toBe(before)
  })
})

describe("a project's own databaseHooks", () => {
  it('the databaseHooks of a project keep running, and one that keeps a session keeps its tokens', async () => {
    const seen: string[] = []
    const auth = await createIssuer(createMemoryStore(), {
      auth: {
        databaseHooks: {
          session: {
            delete: {
              before: async ({ userAgent }) => {
                seen.push('before')
                return userAgent !== 'keep me'
              },
              after: async () => void seen.push('after'),
            },
          },
        },
      },
    })
    const person = await signUp(auth)
    const token = await person.browser.token()
    await person.browser.send('POST', '/revoke-sessions', {})
    expect(seen).toEqual(['before', 'after'])
    expect(await isRefused(auth, token)).toBe(true)

    const kept = await signIn(auth, person)
    const { adapter } = await auth.$context
    await adapter.updateMany({
      model: 'session',
      where: [{ field: 'userId', value: person.userId }],
      update: { userAgent: 'keep me' },
    })
    const alive = await kept.token()
    await kept.send('POST', '/revoke-sessions', {})
    expect(seen).toEqual(['before', 'after', 'before'])
    expect(await kept.token()).not.toBeNull()
    expect(await isRefused(auth, alive)).toBe(false)
  })
})

describe('where sessions are kept', () => {
  const base: BetterAuthOptions = { baseURL: appUrl, secret, logger: { disabled: true } }
  const storage = () => {
    const values = new Map<string, string>()
    return {
      values,
      get: async (key: string) => values.get(key) ?? null,
      set: async (key: string, value: string) => void values.set(key, value),
      delete: async (key: string) => void values.delete(key),
      getAndDelete: async (key: string) => {
        const value = values.get(key) ?? null
        values.delete(key)
        return value
      },
      increment: async () => 1,
    }
  }

  it.each([
    [
      'in a secondary storage only',
      { secondaryStorage: storage(), database: createMemoryStore().database },
    ],
    ['in cookies only', {}],
  ])('a session %s is refused at start in one sentence', async (_, options) => {
    const auth = betterAuth({ ...base, ...options, plugins: [...claimcheck({ audience: apiUrl })] })
    await expect(auth.$context).rejects.toThrow(
      /^claimcheck: sessions that are in no database.*storeSessionInDatabase/,
    )
  })

  it.each([
    ['deleted', false],
    ['preserved', true],
  ])(
    'a session in both is recorded before either forgets it, and then it is %s',
    async (_, preserve) => {
      const secondaryStorage = storage()
      const store = createMemoryStore()
      const auth = await createIssuer(store, {
        auth: {
          secondaryStorage,
          session: { storeSessionInDatabase: true, preserveSessionInDatabase: preserve },
        },
      })
      const person = await signUp(auth)
      const other = await signIn(auth, person)
      const token = await person.browser.token()
      const size = secondaryStorage.values.size
      const restore = await store.refuse('revocation')
      expect((await person.browser.send('POST', '/revoke-sessions', {})).status).toBe(503)
      expect((await person.browser.send('POST', '/sign-out', {})).status).toBe(503)
      expect((await person.browser.send('POST', '/revoke-other-sessions', {})).status).toBe(503)
      await restore()
      expect(await other.token()).not.toBeNull()
      expect(secondaryStorage.values.size).toBe(size)
      expect(await person.browser.token()).not.toBeNull()
      expect((await person.browser.send('POST', '/sign-out', {})).status).toBe(200)
      await vi.waitFor(async () => expect(await isRefused(auth, token)).toBe(true), {
        timeout: 20_000,
      })
    },
  )

  it('signing out is 503 while the storage cannot forget the session, and 200 once it can', async () => {
    const secondaryStorage = storage()
    const forget = secondaryStorage.delete
    const auth = await createIssuer(createMemoryStore(), {
      auth: { secondaryStorage, session: { storeSessionInDatabase: true } },
    })
    const { browser } = await signUp(auth)
    const size = secondaryStorage.values.size
    secondaryStorage.delete = async () => {
      throw new Error('away')
    }
    const refused = await browser.send('POST', '/sign-out', {})
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    expect(secondaryStorage.values.size).toBe(size)
    secondaryStorage.delete = forget
    expect((await browser.send('POST', '/sign-out', {})).status).toBe(200)
    expect(secondaryStorage.values.size).toBeLessThan(size)
  })
})

describe.each(inject('databases'))('one connection, on $name', ({ url }) => {
  it('one connection is enough for everything, with the feed held open', async () => {
    const store = openPostgresStore(await createDatabase(url), 1)
    onTestFinished(() => store.close())
    const auth = await createRevokingIssuer(store, new Map())
    const { etag } = await readFeed(auth)
    const held = readFeed(auth, '?wait=5', { headers: { 'if-none-match': etag } })
    const people = await Promise.all(Array.from({ length: 6 }, () => signUp(auth)))
    await Promise.all(
      people.map(async ({ browser, password }, index) => {
        expect(await browser.token()).not.toBeNull()
        const [path, body] = [
          ['/sign-out', {}],
          ['/revoke-sessions', {}],
          ['/delete-user', { password }],
          ['/change-password', { currentPassword: password, newPassword: 'another password' }],
          ['/revoke-other-sessions', {}],
          ['/sign-out', {}],
        ][index] as [string, object]
        expect((await browser.send('POST', path, body)).status).toBe(200)
      }),
    )
    expect((await held).etag).not.toBe(etag)
  })
})

describe('thousands of tokens racing the end of their session', () => {
  it('thousands of tokens racing the end of their session leave none that is accepted afterwards', {
    timeout: 240_000,
  }, async () => {
    const auth = await createIssuer(createMemoryStore(), {
      auth: { rateLimit: { enabled: false } },
    })
    const person = await signUp(auth)
    const other = await signIn(auth, person)
    const tokens: string[] = []
    let isEnded = false
    let late = 0
    const most = inject('isLong') ? 10_000 : 600
    const mint = async () => {
      for (let count = 0; count < most / 20; count += 1) {
        const began = isEnded
        const token = await openBrowser(auth.handler, new Map(other.cookies)).token()
        if (token) tokens.push(token)
        if (token && began) late += 1
      }
    }
    const minting = Array.from({ length: 20 }, mint)
    await vi.waitFor(() => expect(tokens.length).toBeGreaterThan(most / 5), {
      timeout: 120_000,
      interval: 5,
    })
    await person.browser.send('POST', '/revoke-other-sessions', {})
    isEnded = true
    const { document } = await readFeed(auth)
    await Promise.all(minting)
    const entries = await Promise.all(
      [...new Set(tokens.map((token) => decodeJwt<{ sid: string }>(token).sid))].map((sid) =>
        toRevocationEntry(appUrl, 'sid', sid),
      ),
    )
    expect(tokens.length).toBeLessThan(most)
    expect(late).toBe(0)
    await vi.waitFor(async () => {
      const { sids } = (await readFeed(auth)).document
      expect(entries.every((entry) => sids.includes(entry))).toBe(true)
    }, 20_000)
    expect(document.notBefore).toBe(0)
  })
})

async function insertRow(
  auth: { $context: RevokingAuth['$context'] },
  row: { kind: 'sid' | 'sub'; entry: string },
): Promise<void> {
  const { adapter } = await auth.$context
  const createdAt = new Date()
  const until = new Date(Date.now() + 990_000)
  await adapter.create({ model: 'revocation', data: { ...row, createdAt, until } })
}
