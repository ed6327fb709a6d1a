import { genericOAuth } from 'better-auth/plugins'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { revokeAllTokens, stopIssuer } from '../src/better-auth/index.js'
import { toRevocationEntry } from '../src/contract.js'
import { createVerifier, type TrustedIssuer } from '../src/index.js'
import {
  apiUrl,
  appUrl,
  createIssuer,
  createMemoryStore,
  openBrowser,
  signUp,
  type TestAuth,
  toFetch,
} from './_better-auth.js'
import { startOauthProvider } from './_oauth-provider.js'

function openVerifier(auth: TestAuth, trusted: Partial<TrustedIssuer> = {}) {
  const verifier = createVerifier({
    issuer: appUrl,
    audience: apiUrl,
    fetch: toFetch(auth),
    ...trusted,
  })
  onTestFinished(() => verifier.close())
  return verifier
}

describe.each([['EdDSA'], ['RS256']] as const)('FR-010 with %s', (algorithm) => {
  it('a token from a real sign-in is verified by the key set alone', async () => {
    const auth = await createIssuer(createMemoryStore(), { claimcheck: { algorithm } })
    const person = await signUp(auth)
    const session = await auth.api.getSession({
      headers: person.browser.headers(),
    })
    const token = (await person.browser.token()) ?? ''
    const identity = await openVerifier(auth, { algorithms: [algorithm] }).verify(token)
    expect(identity).toMatchObject({
      subject: person.userId,
      sessionId: session?.session.id,
      issuer: appUrl,
      audience: apiUrl,
    })
    expect(identity.expiresAt - identity.issuedAt).toBe(900)
  })

  it('a verifier that pins the other algorithm refuses it', async () => {
    const auth = await createIssuer(createMemoryStore(), { claimcheck: { algorithm } })
    const token = (await (await signUp(auth)).browser.token()) ?? ''
    const other = algorithm === 'EdDSA' ? 'RS256' : 'EdDSA'
    await expect(openVerifier(auth, { algorithms: [other] }).verify(token)).rejects.toMatchObject({
      status: 401,
      code: 'algorithm_not_allowed',
    })
  })
})

describe('FR-009', () => {
  it.each([
    [
      'another issuer',
      { issuer: `${appUrl}/`, jwksUrl: `${appUrl}/api/auth/jwks` },
      'issuer_mismatch',
    ],
    ['another audience', { audience: `${apiUrl}/` }, 'audience_mismatch'],
  ])('a verifier configured for %s refuses it', async (_, trusted, code) => {
    const auth = await createIssuer(createMemoryStore())
    const token = (await (await signUp(auth)).browser.token()) ?? ''
    await expect(openVerifier(auth).verify(token)).resolves.toBeDefined()
    await expect(openVerifier(auth, trusted).verify(token)).rejects.toMatchObject({
      status: 401,
      code,
    })
  })

  it('a token of another project is refused', async () => {
    const mine = await createIssuer(createMemoryStore())
    const theirs = await createIssuer(createMemoryStore(), {
      claimcheck: { issuer: 'https://other.example.com' },
    })
    const token = (await (await signUp(theirs)).browser.token()) ?? ''
    await expect(openVerifier(mine).verify(token)).rejects.toMatchObject({
      status: 401,
      code: 'key_unknown',
    })
  })
})

describe('a social sign-in', () => {
  it('a social sign-in yields the same issuer and subject as the password does', async () => {
    const person = { email: 'linked@example.com', password: 'correct horse battery staple' }
    const provider = await startOauthProvider({
      sub: 'their-id-at-the-provider',
      email: person.email,
    })
    onTestFinished(() => provider.close())
    const auth = await createIssuer(createMemoryStore(), {
      auth: {
        account: {
          accountLinking: { trustedProviders: ['loopback'], requireLocalEmailVerified: false },
        },
        plugins: [
          genericOAuth({
            config: [
              {
                providerId: 'loopback',
                authorizationUrl: `${provider.url}/authorize`,
                tokenUrl: `${provider.url}/token`,
                userInfoUrl: `${provider.url}/userinfo`,
                clientId: 'app',
                clientSecret: 'app-secret',
              },
            ],
          }),
        ],
      },
    })
    const first = openBrowser(auth.handler)
    await first.send('POST', '/sign-up/email', { name: 'Person', ...person })
    const verifier = openVerifier(auth)
    const byPassword = await verifier.verify((await first.token()) ?? '')

    const second = openBrowser(auth.handler)
    const asked = await second.send('POST', '/sign-in/social', {
      provider: 'loopback',
      callbackURL: '/dashboard',
    })
    const { url }: { url: string } = await asked.json()
    const back = provider.approve(url)
    const landed = await second.send(
      'GET',
      `${back.pathname.replace('/api/auth', '')}${back.search}`,
      undefined,
      {
        origin: '',
        'sec-fetch-site': 'cross-site',
      },
    )
    expect([landed.status, landed.headers.get('location')]).toEqual([302, '/dashboard'])
    const bySocial = await verifier.verify((await second.token()) ?? '')
    expect(bySocial).toMatchObject({ issuer: byPassword.issuer, subject: byPassword.subject })
    expect(bySocial.sessionId).not.toBe(byPassword.sessionId)
    expect(JSON.stringify(bySocial.claims)).not.toMatch(/their-id|linked@/)
  })
})

describe('a verifier that follows the feed', () => {
  async function follow() {
    const auth = await createIssuer(createMemoryStore())
    onTestFinished(() => stopIssuer(auth))
    const verifier = openVerifier(auth)
    await verifier.ready()
    return { auth, verifier }
  }

  async function untilRefused(verifier: ReturnType<typeof openVerifier>, token: string) {
    await vi.waitFor(
      () => expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_revoked' }),
      { timeout: 30_000, interval: 10 },
    )
  }

  it.each([
    ['sign-out', '/sign-out', () => ({})],
    ['revoke-sessions', '/revoke-sessions', () => ({})],
    ['delete-user', '/delete-user', ({ password }: { password: string }) => ({ password })],
  ])('a verifier refuses a token once %s was answered', async (_, path, toBody) => {
    const { auth, verifier } = await follow()
    const person = await signUp(auth)
    const bystander = await signUp(auth)
    const token = (await person.browser.token()) ?? ''
    const other = (await bystander.browser.token()) ?? ''
    await verifier.verify(token)
    expect((await person.browser.send('POST', path, toBody(person))).status).toBe(200)
    await untilRefused(verifier, token)
    await expect(verifier.verify(other)).resolves.toMatchObject({ subject: bystander.userId })
  })

  it('a verifier refuses everything once after the brake, and takes what is made next', async () => {
    const { auth, verifier } = await follow()
    const person = await signUp(auth)
    const before = (await person.browser.token()) ?? ''
    await verifier.verify(before)
    await revokeAllTokens(auth)
    const after = (await person.browser.token()) ?? ''
    await expect(verifier.verify(after)).resolves.toMatchObject({ subject: person.userId })
    await untilRefused(verifier, before)
    await expect(verifier.verify(after)).resolves.toMatchObject({ subject: person.userId })
  })

  it('a verifier names deleted people, so that their data can go', async () => {
    const { auth, verifier } = await follow()
    const person = await signUp(auth)
    await person.browser.send('POST', '/delete-user', { password: person.password })
    const entry = await toRevocationEntry(appUrl, 'sub', person.userId)
    await vi.waitFor(() => expect(verifier.deletedSubjects()).toEqual([entry]), { timeout: 5_000 })
  })
})
