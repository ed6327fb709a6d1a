/** The doctor with a test account at a real Better Auth: the whole journey, and what goes wrong on it. */
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { jwt } from 'better-auth/plugins'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stopIssuer } from '../src/better-auth/index.js'
import {
  cheapPasswords,
  createIssuer,
  createMemoryStore,
  secret,
  signUp,
  toFetch,
} from './_better-auth.js'
import { apiUrl, appUrl, createApi, createWorld, examine, type World } from './_world.js'

type Handling = Parameters<typeof toFetch>[0]

describe('claimcheck doctor with a test account', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(() => world.close())

  /** Puts an issuer and an API that trusts it into the world, and signs somebody up. */
  async function settle(auth: Handling, revocations: 'off' | object = 'off') {
    const person = await signUp(auth)
    world.env.CLAIMCHECK_PASSWORD = person.password
    move(auth, revocations)
    return ['--email', person.email]
  }

  function move(auth: Handling, revocations: 'off' | object = 'off') {
    const opened: { close(): void }[] = []
    const options = { ...world.issuer.options, jwksUrl: `${appUrl}/api/auth/jwks` }
    world.app = (request) => auth.handler(request)
    world.api = createApi({ options, fetch: toFetch(auth) }, { revocations }, opened)
    const { close } = world
    world.close = () => {
      close()
      for (const each of opened) each.close()
    }
  }

  /** Better Auth with its own jwt() and nothing of Claimcheck. */
  function createPlain(options: Partial<BetterAuthOptions> = {}) {
    return betterAuth({
      baseURL: appUrl,
      secret,
      database: createMemoryStore().database,
      emailAndPassword: { enabled: true, password: cheapPasswords },
      logger: { disabled: true },
      telemetry: { enabled: false },
      plugins: [jwt({ jwt: { issuer: appUrl, audience: apiUrl } })],
      ...options,
    })
  }

  it('makes the whole journey, sign-out included, and finds nothing wrong', async () => {
    const auth = await createIssuer(createMemoryStore())
    world.isReal = true
    const { code, wrong, findings, out } = await examine(world, ...(await settle(auth, {})))
    await stopIssuer(auth)
    expect(wrong).toEqual([])
    expect(code).toBe(0)
    const last = findings.at(-1)
    expect(last?.id).toBe('signed-out')
    expect(last?.evidence[0]).toMatch(/^the API refused the token \d\.\d s after sign-out$/)
    expect(out).not.toMatch(/eyJ|correct horse|session_token=/)
  })

  it('asks an issuer of several audiences for the one that the API expects', async () => {
    const audience = ['https://other.example.com', apiUrl]
    const auth = await createIssuer(createMemoryStore(), { claimcheck: { audience } })
    world.isReal = true
    const { code, wrong } = await examine(world, ...(await settle(auth, {})))
    await stopIssuer(auth)
    expect(wrong).toEqual([])
    expect(code).toBe(0)
  })

  it('finds an issuer whose audiences lack the one that the API expects', async () => {
    const audience = ['https://other.example.com', 'https://third.example.com']
    const auth = await createIssuer(createMemoryStore(), { claimcheck: { audience } })
    const { code, wrong } = await examine(world, ...(await settle(auth)))
    await stopIssuer(auth)
    expect(code).toBe(1)
    expect(wrong.find(({ id }) => id === 'token-audience-mismatch')).toMatchObject({
      evidence: expect.arrayContaining([
        `aud is "https://other.example.com", expected "${apiUrl}"`,
      ]),
      cure: expect.stringContaining('list all in audience of claimcheck()'),
    })
  })

  it('finds an API that does not follow the feed', async () => {
    const auth = await createIssuer(createMemoryStore())
    const { code, wrong } = await examine(world, ...(await settle(auth, 'off')))
    await stopIssuer(auth)
    expect(code).toBe(1)
    expect(wrong).toMatchObject([
      { id: 'api-ignores-sign-out', cure: expect.stringContaining("'off' follows none") },
    ])
  })

  it('finds what a plain Better Auth lacks: feed, session, silence about the person', async () => {
    const { wrong } = await examine(world, ...(await settle(createPlain())))
    const ids = wrong.map(({ id }) => id)
    expect(ids).toEqual(
      expect.arrayContaining([
        'feed-missing',
        'token-personal-data',
        'token-no-sid',
        'token-cacheable',
        'api-ignores-sign-out',
      ]),
    )
  })

  it('finds the cookie cache, and that it gives tokens after sign-out', async () => {
    const session = { cookieCache: { enabled: true, maxAge: 300 } }
    const { wrong } = await examine(world, ...(await settle(createPlain({ session }))))
    expect(wrong.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['cookie-cache', 'token-after-sign-out']),
    )
  })

  it('finds a session cookie that scripts may read', async () => {
    const advanced = { defaultCookieAttributes: { httpOnly: false } }
    const { wrong } = await examine(world, ...(await settle(createPlain({ advanced }))))
    expect(wrong.find(({ id }) => id === 'cookie-flags')?.evidence[0]).not.toMatch(/httponly/i)
  })

  it('finds pages on another site, whose requests carry no cookie', async () => {
    const auth = await createIssuer(createMemoryStore())
    const account = await settle(auth)
    const { wrong } = await examine(world, ...account, '--origin', 'https://pages.example.org')
    await stopIssuer(auth)
    expect(wrong.find(({ id }) => id === 'same-site')).toMatchObject({
      evidence: [
        expect.stringMatching(/pages.example.org, issuer at https:\/\/app.*SameSite=Lax/i),
      ],
      cure: expect.stringContaining("sameSite: 'none'"),
    })
  })

  it('finds keys that a changed secret has made useless', async () => {
    const store = createMemoryStore()
    const before = await createIssuer(store)
    const account = await settle(before)
    await (await before.handler(new Request(`${appUrl}/api/auth/revocations`))).text()
    await stopIssuer(before)
    const auth = await createIssuer(store, { auth: { secret: `another-${secret}` } })
    move(auth)
    const { wrong } = await examine(world, ...account)
    await stopIssuer(auth)
    const found = wrong.filter(({ id }) => id === 'keys-undecryptable')
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]?.cure).toContain('BETTER_AUTH_SECRETS')
  })

  it('finds an issuer without jwt()', async () => {
    const { wrong } = await examine(world, ...(await settle(createPlain({ plugins: [] }))))
    expect(wrong.map(({ id }) => id)).toContain('jwks-not-found')
  })

  it('finds a sign-out that fails, because it cannot be recorded', async () => {
    const store = createMemoryStore()
    const auth = await createIssuer(store)
    const account = await settle(auth)
    const allow = await store.refuse('revocation')
    const { wrong } = await examine(world, ...account)
    await allow()
    await stopIssuer(auth)
    expect(wrong.map(({ id }) => id)).toContain('sign-out')
  })

  it('says that the journey was not made where the account cannot sign in, and ends with 3', async () => {
    const auth = await createIssuer(createMemoryStore())
    const account = await settle(auth)
    world.env.CLAIMCHECK_PASSWORD = 'wrong'
    const { code, findings } = await examine(world, ...account)
    await stopIssuer(auth)
    expect(code).toBe(3)
    expect(findings.find(({ id }) => id === 'sign-in')?.outcome).toBe('unknown')
  })
})
