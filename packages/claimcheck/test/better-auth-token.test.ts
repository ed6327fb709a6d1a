import { betterAuth } from 'better-auth'
import { jwt, username } from 'better-auth/plugins'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeAll, describe, expect, expectTypeOf, inject, it, vi } from 'vitest'
import { checkIssuer, claimcheck } from '../src/better-auth/index.js'
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

describe.each(servers)('/token on $name', ({ open }) => {
  let store: Store
  let auth: Awaited<ReturnType<typeof createIssuer>>

  beforeAll(async () => {
    store = await open()
    auth = await createIssuer(store)
    return () => store.close()
  })

  it('FR-001 FR-004 FR-009 /token names who issued it, for whom, and the person, and nothing else', async () => {
    const { browser, userId } = await signUp(auth)
    const token = (await browser.token()) ?? ''
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: expect.any(String) })
    const claims = decodeJwt(token)
    const { sid } = claims
    expect(claims).toEqual({
      iss: appUrl,
      aud: apiUrl,
      sub: userId,
      sid: expect.any(String),
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: expect.closeTo(Date.now() / 1000, -1),
      exp: (claims.iat ?? 0) + 900,
    })
    const session = await auth.api.getSession({ headers: browser.headers() })
    expect(sid).toBe(session?.session.id)
    expect(token).not.toContain(session?.session.token)
    expect(JSON.stringify(claims)).not.toContain(session?.session.token)
  })

  it('/token gives every token an id of its own', async () => {
    const { browser } = await signUp(auth)
    const ids = [await browser.token(), await browser.token()].map(
      (token) => decodeJwt(token ?? '').jti,
    )
    expect(new Set(ids).size).toBe(2)
  })

  it('/token never outlives its session', async () => {
    const { browser } = await signUp(auth)
    const session = await auth.api.getSession({ headers: browser.headers() })
    const end = session?.session.expiresAt.getTime() ?? 0
    vi.useFakeTimers({ toFake: ['Date'], now: end - 100_000 })
    const context = await auth.$context
    // Without this Better Auth would put the end of the session off, which is what usually happens.
    context.sessionConfig.updateAge = Number.MAX_SAFE_INTEGER / 1e6
    const claims = decodeJwt((await browser.token()) ?? '')
    context.sessionConfig.updateAge = 86_400
    expect(claims.exp).toBe(Math.floor(end / 1000))
  })

  it('/token is not cached by anybody, whatever the answer', async () => {
    const { browser } = await signUp(auth)
    const good = await browser.send('GET', '/token')
    expect([good.status, good.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const nobody = await openBrowser(auth.handler).send('GET', '/token')
    expect([nobody.status, nobody.headers.get('cache-control')]).toEqual([401, 'no-store'])
    const stranger = await browser.send('GET', '/token', undefined, {
      origin: 'https://evil.example',
    })
    expect([stranger.status, stranger.headers.get('cache-control')]).toEqual([403, 'no-store'])
  })

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    [
      'another site, by Origin alone',
      { origin: 'https://evil.example', 'sec-fetch-site': '' },
      403,
    ],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }, 403],
    ['an image on another site', { origin: '', 'sec-fetch-site': 'cross-site' }, 403],
    ['an image on a sibling host', { origin: '', 'sec-fetch-site': 'same-site' }, 403],
    ['another scheme', { origin: 'http://app.example.com', 'sec-fetch-site': 'cross-site' }, 403],
    ['another port', { origin: `${appUrl}:8443`, 'sec-fetch-site': 'same-site' }, 403],
    ['a host that begins alike', { origin: `${appUrl}.evil.example`, 'sec-fetch-site': '' }, 403],
    ['the app itself', { origin: appUrl, 'sec-fetch-site': 'same-origin' }, 200],
    [
      'the app itself, which need not send Origin',
      { origin: '', 'sec-fetch-site': 'same-origin' },
      200,
    ],
    ['the address bar', { origin: '', 'sec-fetch-site': 'none' }, 200],
    ['a program that is no browser', { origin: '', 'sec-fetch-site': '' }, 200],
  ])('/token answers %s as it should', async (_, headers, status) => {
    const { browser } = await signUp(auth)
    const response = await browser.send('GET', '/token', undefined, headers)
    expect(response.status).toBe(status)
    if (status === 403) {
      expect(await response.json()).toEqual({
        code: 'INVALID_ORIGIN',
        message: expect.not.stringContaining('evil'),
      })
    }
  })

  it('/token exempts calls made on the server, which leave the session as it is', async () => {
    const { browser, userId } = await signUp(auth)
    const headers = browser.headers()
    headers.set('origin', 'https://evil.example')
    headers.set('sec-fetch-site', 'cross-site')
    const before = await auth.api.getSession({ headers })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 86_400_000 })
    const { token } = await auth.api.getToken({ headers })
    expect(decodeJwt(token).sub).toBe(userId)
    const after = await auth.api.getSession({ headers, query: { disableRefresh: true } })
    expect(after?.session.expiresAt).toEqual(before?.session.expiresAt)
    await expect(auth.api.getToken({ headers: new Headers() })).rejects.toMatchObject({
      statusCode: 401,
    })
  })

  it('/token stops when the session ends and when the person is deleted', async () => {
    const person = await signUp(auth)
    const other = await signIn(auth, person)
    expect(await other.token()).not.toBeNull()
    const cookies = new Map(other.cookies)
    await other.send('POST', '/sign-out', {})
    expect(await openBrowser(auth.handler, cookies).token()).toBeNull()
    expect(await person.browser.token()).not.toBeNull()

    const kept = new Map(person.browser.cookies)
    const answer = await person.browser.send('POST', '/delete-user', { password: person.password })
    expect(answer.status).toBe(200)
    expect(await openBrowser(auth.handler, kept).token()).toBeNull()
  })

  it.each([
    ['/token', 'GET'],
    ['/delete-user', 'POST'],
  ])('%s never says 401 because the session cannot be read', async (path, method) => {
    const { browser, password } = await signUp(auth)
    const { adapter } = await auth.$context
    const body = method === 'POST' ? { password } : undefined
    const outage = vi.spyOn(adapter, 'findOne').mockRejectedValue(new Error('no connection'))
    const during = await browser.send(method, path, body)
    expect([during.status, during.headers.get('retry-after')]).toEqual([503, '2'])
    expect(during.headers.get('cache-control')).toBe('no-store')
    outage.mockRestore()
    const one = vi.spyOn(adapter, 'findOne').mockRejectedValueOnce(new Error('one query lost'))
    expect((await browser.send(method, path, body)).status, 'nor when it was back by then').toBe(
      503,
    )
    one.mockRestore()
    expect((await browser.send(method, path, body)).status).toBe(200)
  })

  it('what refuses without a code never says 401 because the session cannot be read either', async () => {
    const { browser } = await signUp(auth)
    const { adapter } = await auth.$context
    const outage = vi.spyOn(adapter, 'findOne').mockRejectedValue(new Error('no connection'))
    expect((await browser.send('GET', '/account-info?accountId=x')).status).toBe(503)
    outage.mockRestore()
    const stranger = openBrowser(auth.handler)
    expect((await stranger.send('GET', '/account-info?accountId=x')).status).toBe(401)
  })

  it('/token comes with no other answer: get-session carries none', async () => {
    const { browser } = await signUp(auth)
    const response = await browser.send('GET', '/get-session')
    expect(response.status).toBe(200)
    expect(response.headers.get('set-auth-jwt')).toBeNull()
    expect(await response.text()).not.toMatch(/eyJ/)
  })

  it('sign-in sets cookies that scripts cannot read and other sites do not send', async () => {
    const person = await signUp(auth)
    const answer = await openBrowser(auth.handler).send('POST', '/sign-in/email', {
      email: person.email,
      password: person.password,
    })
    const cookies = answer.headers.getSetCookie()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(
      /^__Secure-.*; HttpOnly; Secure; SameSite=Lax$|^__Secure-.*Path=\/; HttpOnly; SameSite=Lax; Secure/i,
    )
  })

  it('/jwks publishes the key set for a minute, public halves only', async () => {
    const response = await openBrowser(auth.handler).send('GET', '/jwks', undefined, { origin: '' })
    expect(response.headers.get('cache-control')).toBe('public, max-age=60')
    const { keys }: { keys: Record<string, unknown>[] } = await response.json()
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'x'])
  })
})

describe('/token with a cookie cache', () => {
  it('/token with a cookie cache looks at the database all the same', async () => {
    const store = createMemoryStore()
    const auth = await createIssuer(store, {
      auth: { session: { cookieCache: { enabled: true, maxAge: 600 } } },
    })
    const { browser } = await signUp(auth)
    expect(browser.cookies.size).toBe(2)
    store.clear('session')
    const session = await browser.send('GET', '/get-session')
    expect(await session.json(), 'the cache still answers elsewhere').not.toBeNull()
    expect(await browser.token()).toBeNull()
  })
})

describe('/token with extra claims', () => {
  it('/token with extra claims carries what is named and leaves out what is undefined', async () => {
    const auth = await createIssuer(createMemoryStore(), {
      claimcheck: {
        expiration: 60,
        claims: { email_verified: ({ user }) => user.emailVerified, plan: () => undefined },
      },
    })
    const { browser } = await signUp(auth)
    const claims = decodeJwt((await browser.token()) ?? '')
    expect(Object.keys(claims).toSorted()).toEqual(
      ['aud', 'email_verified', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'].toSorted(),
    )
    expect(claims.email_verified).toBe(false)
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(60)
  })
})

describe('a crowd at /token', () => {
  it('is shed with 503 and a time of its own for each to come back, and calls on the server are not', async () => {
    const auth = await createIssuer(createMemoryStore())
    const { browser } = await signUp(auth)
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => browser.send('GET', '/token')),
    )
    const shed = answers.filter(({ status }) => status === 503)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    const rests: number[] = []
    for (const answer of shed) {
      const { code, retryAfter } = await answer.json()
      expect([code, answer.headers.get('retry-after')]).toEqual(['CROWDED', String(retryAfter)])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      rests.push(retryAfter)
    }
    expect(new Set(rests).size, 'they do not come back together').toBeGreaterThan(1)
    const headers = browser.headers()
    const called = await Promise.all(
      Array.from({ length: 150 }, () => auth.api.getToken({ headers })),
    )
    expect(called.every(({ token }) => token.length > 0)).toBe(true)
    expect((await browser.send('GET', '/token')).status).toBe(200)
  })
})

describe('session ids', () => {
  it.each([
    ['serial', [expect.stringMatching(/serial numbers.*'uuid'/)]],
    ['uuid', []],
  ] as const)(
    'session ids made as %s are warned of where they can be guessed',
    async (generateId, expected) => {
      const said: string[] = []
      const log = (level: string, message: string) => void (level === 'warn' && said.push(message))
      const auth = await createIssuer(createMemoryStore(), {
        auth: { advanced: { database: { generateId } }, logger: { level: 'warn', log } },
      })
      await checkIssuer(auth)
      expect(said.filter((message) => message.startsWith('claimcheck'))).toEqual(expected)
    },
  )
})

describe('options', () => {
  const good = { audience: apiUrl }
  it.each([
    ['no audience', { audience: '' }, /audience/],
    ['an audience with a space around it', { audience: ` ${apiUrl}` }, /audience/],
    ['an empty issuer', { ...good, issuer: '' }, /issuer/],
    ['no time to live', { ...good, expiration: 0 }, /expiration/],
    ['longer than verifiers accept', { ...good, expiration: '25h' as const }, /expiration/],
    ['a fraction of a second', { ...good, expiration: 0.5 }, /expiration/],
    ['keys that change too often', { ...good, rotation: '5m' as const }, /rotation/],
    ['a claim of its own for the subject', { ...good, claims: { sub: () => 'x' } }, /claims\.sub/],
    ['a claim of its own for the session', { ...good, claims: { sid: () => 'x' } }, /claims\.sid/],
  ])('options with %s are refused at construction', (_, options, message) => {
    expect(() => claimcheck(options)).toThrow(TypeError)
    expect(() => claimcheck(options)).toThrow(message)
  })

  it('options that make no sense do not compile', () => {
    // @ts-expect-error: the audience cannot be forgotten
    expect(() => claimcheck({})).toThrow(/audience/)
    // @ts-expect-error: a symmetric algorithm is none of them
    expect(() => claimcheck({ ...good, algorithm: 'HS256' })).toThrow(/algorithm/)
    // @ts-expect-error: a month has no fixed length
    expect(() => claimcheck({ ...good, expiration: '1mo' })).toThrow(/expiration/)
  })

  it('options take the issuer from baseURL, and need one of them', async () => {
    const database = createMemoryStore().database
    const plugins = claimcheck({ audience: apiUrl })
    const base = {
      database,
      secret,
      emailAndPassword: { enabled: true },
      logger: { disabled: true },
    }
    const auth = betterAuth({ ...base, baseURL: appUrl, plugins: [...plugins] })
    const { browser } = await signUp(auth)
    expect(decodeJwt((await browser.token()) ?? '').iss).toBe(appUrl)
    const homeless = betterAuth({ ...base, plugins: [...claimcheck({ audience: apiUrl })] })
    await expect(homeless.$context).rejects.toThrow(/baseURL.*issuer/)
  })

  it('options refuse a second jwt(), whose keys and claims would be others', async () => {
    const auth = betterAuth({
      baseURL: appUrl,
      secret,
      database: createMemoryStore().database,
      logger: { disabled: true },
      plugins: [...claimcheck({ audience: apiUrl }), jwt()],
    })
    await expect(auth.$context).rejects.toThrow(/Take the other jwt\(\) out/)
  })
})

describe('types', () => {
  it('the types of the plugins survive being spread into plugins', async () => {
    const auth = betterAuth({
      baseURL: appUrl,
      secret,
      database: createMemoryStore().database,
      plugins: [...claimcheck({ audience: apiUrl }), username()],
    })
    const mint: (input: { headers: Headers }) => Promise<{ token: string }> = auth.api.getToken
    expect([mint, auth.api.signInUsername]).toEqual([expect.any(Function), expect.any(Function)])
    type Session = typeof auth.$Infer.Session
    expectTypeOf<Session['user']['username']>().toEqualTypeOf<string | null | undefined>()
    expect(auth.options.plugins.map(({ id }) => id)).toEqual(['jwt', 'claimcheck', 'username'])
  })
})
