/** Several APIs behind one issuer: each token is for one of them, and the others refuse it. */
import { createAuthClient } from 'better-auth/client'
import { jwtClient } from 'better-auth/client/plugins'
import { decodeJwt } from 'jose'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { claimcheck, revokeAllTokens } from '../src/better-auth/index.js'
import { createTokenClient } from '../src/client/token-client.js'
import { createVerifier } from '../src/index.js'
import {
  appUrl,
  createDatabase,
  createIssuer,
  createMemoryStore,
  openBrowser,
  openPostgresStore,
  signUp,
  type TestAuth,
  toFetch,
} from './_better-auth.js'

const tasksUrl = 'https://tasks.example.com'
const billingUrl = 'https://billing.example.com'
const audience = [tasksUrl, 'billing'] as const

function openApi(auth: TestAuth, name: string) {
  const verifier = createVerifier({ issuer: appUrl, audience: name, fetch: toFetch(auth) })
  onTestFinished(() => verifier.close())
  return verifier
}

function askFor(browser: ReturnType<typeof openBrowser>, query: string) {
  return browser.send('GET', `/token${query}`)
}

async function readToken(response: Response): Promise<string> {
  expect(response.status).toBe(200)
  const { token }: { token: string } = await response.json()
  return token
}

describe.each([
  { name: 'memory', open: async () => createMemoryStore() },
  ...inject('databases')
    .slice(0, 1)
    .map(({ name, url }) => ({
      name,
      open: async () => openPostgresStore(await createDatabase(url)),
    })),
])('audience: [tasks, billing] on $name', ({ open }) => {
  async function start() {
    const store = await open()
    onTestFinished(() => store.close())
    const auth = await createIssuer(store, { claimcheck: { audience } })
    const person = await signUp(auth)
    return { auth, ...person }
  }

  it('each token is for one API, and the other refuses it; a sign-out ends both', async () => {
    const { auth, browser, userId } = await start()
    const tasks = openApi(auth, tasksUrl)
    const billing = openApi(auth, 'billing')
    const forTasks = await readToken(await askFor(browser, ''))
    const forBilling = await readToken(await askFor(browser, '?audience=billing'))
    expect([decodeJwt(forTasks).aud, decodeJwt(forBilling).aud]).toEqual([tasksUrl, 'billing'])
    expect(await tasks.verify(forTasks)).toMatchObject({ subject: userId, audience: tasksUrl })
    expect(await billing.verify(forBilling)).toMatchObject({ subject: userId, audience: 'billing' })
    const misdirected = { status: 401, code: 'audience_mismatch' }
    await expect(tasks.verify(forBilling)).rejects.toMatchObject(misdirected)
    await expect(billing.verify(forTasks)).rejects.toMatchObject(misdirected)
    expect((await browser.send('POST', '/sign-out', {})).status).toBe(200)
    await expect.poll(() => outcomeOf(tasks.verify(forTasks)), longEnough).toBe('token_revoked')
    await expect.poll(() => outcomeOf(billing.verify(forBilling)), longEnough).toBe('token_revoked')
  })

  it('the first is what is handed out unless another is asked for', async () => {
    const { auth, browser } = await start()
    expect(decodeJwt(await readToken(await askFor(browser, ''))).aud).toBe(tasksUrl)
    const named = await readToken(await askFor(browser, `?audience=${tasksUrl}`))
    expect(decodeJwt(named).aud).toBe(tasksUrl)
    const { token } = await auth.api.getToken({
      headers: browser.headers(),
      query: { audience: 'billing' },
    })
    expect(decodeJwt(token)).toMatchObject({ aud: 'billing', sid: expect.any(String) })
  })

  it.each([
    ['one that is not listed', '?audience=https://evil.example'],
    ['nothing', '?audience='],
    ['two at once', '?audience=billing&audience=billing'],
    ['one in another spelling', '?audience=Billing'],
  ])('asked for %s it hands out no token, and says why', async (_, query) => {
    const { browser } = await start()
    const response = await askFor(browser, query)
    expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store'])
    expect(await response.json()).toEqual({
      code: 'AUDIENCE_NOT_LISTED',
      message:
        'No tokens are made for that audience: add it to "audience" of claimcheck() at the issuer',
    })
  })

  it('nobody who is not signed in is handed one', async () => {
    const { auth } = await start()
    const response = await askFor(openBrowser(auth.handler), '?audience=billing')
    expect(response.status).toBe(401)
  })

  it('the brake holds for each', async () => {
    const { auth, browser } = await start()
    const notBefore = (await revokeAllTokens(auth)).getTime() / 1000
    const token = await readToken(await askFor(browser, '?audience=billing'))
    expect(decodeJwt(token)).toMatchObject({ aud: 'billing', iat: notBefore })
  })

  it("the token client keeps one for each, with Better Auth's own client", async () => {
    const { auth, browser } = await start()
    const asked: string[] = []
    const authClient = createAuthClient({
      baseURL: appUrl,
      plugins: [jwtClient()],
      fetchOptions: {
        customFetchImpl: async (input) => {
          const { pathname, search } = new URL(String(input))
          asked.push(search)
          return browser.send('GET', pathname.replace('/api/auth', '') + search)
        },
      },
    })
    const apis = new Map([
      [tasksUrl, openApi(auth, tasksUrl)],
      [billingUrl, openApi(auth, 'billing')],
    ])
    const tokens = createTokenClient({
      fetchToken: ({ audience }) => authClient.token({ query: { audience } }),
      origins: [...apis.keys()],
      audiences: { [billingUrl]: 'billing' },
      session: 'one',
      fetch: async (input, init) => {
        const request = new Request(input, init)
        const identity = await apis.get(new URL(request.url).origin)?.authenticate(request)
        return Response.json(identity?.audience)
      },
    })
    onTestFinished(() => tokens.dispose())
    for (const _ of [1, 2]) {
      expect(await (await tokens.fetch(`${tasksUrl}/tasks`)).json()).toBe(tasksUrl)
      expect(await (await tokens.fetch(`${billingUrl}/invoices`)).json()).toBe('billing')
    }
    expect(asked).toEqual(['', '?audience=billing'])
  })
})

/** The feed says it within two seconds; a busy machine takes longer. */
const longEnough = { timeout: 20_000 }

function outcomeOf(verification: Promise<unknown>): Promise<string> {
  return verification.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  )
}

describe('the option', () => {
  it.each([
    ['an empty array', [], /^audience: expected at least one/],
    ['an empty name', [tasksUrl, ''], /^audience\[1\]: expected a string that is not empty/],
    ['one twice', [tasksUrl, tasksUrl], /^audience: expected each one once/],
    ['a number', 5, /^audience: expected a string/],
  ])('refuses %s', (_, wrong, message) => {
    expect(() => claimcheck({ audience: wrong as never })).toThrow(message)
  })

  it('refuses a name with a slip in it', () => {
    const options = { audience: tasksUrl, expiraton: '5m' }
    expect(() => claimcheck(options)).toThrow('expiraton: no such option; did you mean expiration?')
  })
})
