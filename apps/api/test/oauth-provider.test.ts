/** Better Auth as the OAuth provider of other people's programs: what those hold is never the person. */
import { createHash, randomBytes } from 'node:crypto'
import { oauthProvider } from '@better-auth/oauth-provider'
import { type BetterAuthOptions, type BetterAuthPlugin, betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { getAuthTables } from 'better-auth/db'
import { createVerifier, type Verifier } from 'claimcheck'
import { claimcheck, stopIssuer } from 'claimcheck/better-auth'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.js'
import { createTestLimits, unreachable } from './_client.js'
import { expectProblem } from './_problem.js'

const issuer = 'https://app.test'
const audience = 'https://api.test'
const callback = 'https://program.test/callback'

describe('an issuer that is an OAuth provider as well', () => {
  let auth: Awaited<ReturnType<typeof startIssuer>>['auth']
  let createClient: Awaited<ReturnType<typeof startIssuer>>['createClient']
  let verifier: Verifier
  let app: ReturnType<typeof createApp>
  let person: { readonly id: string; readonly cookie: string }

  beforeAll(async () => {
    const started = await startIssuer()
    auth = started.auth
    createClient = started.createClient
    verifier = createVerifier({
      issuer,
      audience,
      fetch: (input, init) => auth.handler(new Request(input, init)),
    })
    const log = pino({ level: 'silent' })
    app = createApp({
      verifier,
      database: unreachable,
      log,
      corsOrigins: [issuer],
      url: audience,
      limits: createTestLimits(),
    })
    person = await signUp()
  })
  afterAll(async () => {
    verifier.close()
    await stopIssuer(auth)
  })

  it('lets the person in with the token of the person', async () => {
    const answer = await ask('/token', { headers: { cookie: person.cookie } })
    const { token } = await readBody<{ token: string }>(answer)
    await expect(verifier.verify(token)).resolves.toMatchObject({ subject: person.id })
    expect((await callApi(token)).status).toBe(200)
  })

  it('keeps out a program that the person let read: authorization code with PKCE', async () => {
    const client = await register({
      grant_types: ['authorization_code'],
      redirect_uris: [callback],
      token_endpoint_auth_method: 'none',
    })
    const verifierText = randomBytes(32).toString('base64url')
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: callback,
      scope: 'openid tasks:read',
      state: 'any',
      resource: audience,
      code_challenge: createHash('sha256').update(verifierText).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const allowed = await ask(`/oauth2/authorize?${query}`, { headers: { cookie: person.cookie } })
    const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const token = await exchange({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifierText,
      redirect_uri: callback,
      client_id: client.id,
      resource: audience,
    })
    expect(readPart(token, 0)).toMatchObject({ typ: 'at+jwt' })
    expect(readPart(token, 1)).toMatchObject({ iss: issuer, sub: person.id, azp: client.id })
    await expectRefused(token)
  })

  it('keeps out a program that asks for itself: client credentials', async () => {
    const client = await register({
      grant_types: ['client_credentials'],
      client_credentials_scopes: ['tasks:read'],
      token_endpoint_auth_method: 'client_secret_post',
    })
    const token = await exchange({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
      scope: 'tasks:read',
      resource: audience,
    })
    expect(readPart(token, 1)).toMatchObject({ sub: client.id })
    await expectRefused(token)
  })

  /** The same verdict of the library and of the API, for a token that is good in every other way. */
  async function expectRefused(token: string): Promise<void> {
    expect([readPart(token, 1).aud].flat()).toContain(audience)
    await expect(verifier.verify(token)).rejects.toMatchObject({
      status: 401,
      code: 'delegation_not_allowed',
    })
    const { steps } = await verifier.explain(token)
    expect(steps.at(-1)).toMatchObject({ check: 'delegation', outcome: 'refused' })
    for (const path of ['/api/me', '/api/me/tasks', `/api/${person.id}/tasks`]) {
      const response = await callApi(token, path)
      expect(response.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
      await expectProblem(response, 401, 'delegation_not_allowed')
    }
  }

  async function callApi(token: string, path = '/api/me'): Promise<Response> {
    return await app.request(path, { headers: { Authorization: `Bearer ${token}` } })
  }

  async function register(body: NonNullable<Parameters<typeof createClient>[0]>['body']) {
    const created = await createClient({
      body: { ...body, scope: 'openid tasks:read', skip_consent: true },
      headers: new Headers({ cookie: person.cookie }),
    })
    return { id: created.client_id, secret: created.client_secret ?? '' }
  }

  async function exchange(form: Record<string, string>): Promise<string> {
    const answer = await ask('/oauth2/token', { method: 'POST', body: new URLSearchParams(form) })
    const { access_token: token } = await readBody<{ access_token: string }>(answer)
    return token
  }

  async function signUp() {
    const answer = await ask('/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'a long password' }),
    })
    const { user } = await readBody<{ user: { id: string } }>(answer)
    const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0])
    return { id: user.id, cookie: cookie.join('; ') }
  }

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('origin', issuer)
    return await auth.handler(new Request(`${issuer}/api/auth${path}`, { ...init, headers }))
  }
})

async function startIssuer() {
  const provider = oauthProvider({
    loginPage: '/sign-in',
    consentPage: '/consent',
    scopes: ['openid', 'tasks:read'],
    resources: [audience],
    enforcePerClientResources: false,
    clientPrivileges: () => true,
    silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
  })
  const options = {
    baseURL: issuer,
    secret: 'a-secret-for-tests-that-is-long-enough-0123456789',
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    telemetry: { enabled: false },
    // Casts here and below: the plugin's types were not written for exactOptionalPropertyTypes. It is used as
    // documented.
    plugins: [...claimcheck({ issuer, audience }), provider as unknown as BetterAuthPlugin],
  } satisfies BetterAuthOptions
  const tables = Object.values(getAuthTables(options)).map(({ modelName }) => [modelName, []])
  const auth = betterAuth({ ...options, database: memoryAdapter(Object.fromEntries(tables)) })
  const { adminCreateOAuthClient } = auth.api as Partial<typeof provider.endpoints>
  if (adminCreateOAuthClient === undefined) throw new Error('Expected the endpoints of the plugin')
  return { auth, createClient: adminCreateOAuthClient }
}

async function readBody<Body>(answer: Response): Promise<Body> {
  expect(answer.status).toBe(200)
  return JSON.parse(await answer.text())
}

function readPart(token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString())
}
