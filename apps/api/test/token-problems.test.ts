/** Every refusal that concerns the token: status, code, challenge, and never a connection to the database. */
import { AuthError, createVerifier, toProblem } from 'claimcheck'
import { createTestIssuer } from 'claimcheck/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.js'
import { createTestApi, createTestLimits, type TestApi, unreachable } from './_client.js'
import { expectProblem } from './_problem.js'

describe('refusals that concern the token', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await createTestApi(unreachable)
  })
  afterAll(() => api.close())

  const cases: readonly (readonly [
    string,
    number,
    string,
    string | null,
    () => Promise<string>,
  ])[] = [
    ['no credential', 401, 'token_missing', 'Bearer realm="api"', async () => ''],
    ['an empty credential', 401, 'token_missing', 'Bearer realm="api"', async () => 'Bearer'],
    [
      'undefined, sent as text',
      401,
      'token_malformed',
      'invalid_token',
      async () => 'Bearer undefined',
    ],
    ['two parts', 401, 'token_malformed', 'invalid_token', async () => 'Bearer a.b'],
    [
      'characters no token has',
      401,
      'token_malformed',
      'invalid_token',
      async () => 'Bearer ü.b.c',
    ],
    [
      'more than 8 KiB',
      401,
      'token_malformed',
      'invalid_token',
      async () => `Bearer ${'a'.repeat(8193)}`,
    ],
    [
      'two Authorization headers',
      400,
      'request_malformed',
      'invalid_request',
      async () => `Bearer ${await good()}, Bearer ${await good()}`,
    ],
    [
      'another algorithm',
      401,
      'algorithm_not_allowed',
      'invalid_token',
      async () => {
        const other = await createTestIssuer({ algorithm: 'RS256' })
        return `Bearer ${await other.sign({ sub: 'ada' }, { header: { kid: api.issuer.keyId } })}`
      },
    ],
    [
      'alg none',
      401,
      'algorithm_not_allowed',
      'invalid_token',
      async () => {
        const [, payload, signature] = (await good()).split('.')
        const header = Buffer.from(JSON.stringify({ alg: 'none', kid: api.issuer.keyId }))
        return `Bearer ${header.toString('base64url')}.${payload}.${signature}`
      },
    ],
    [
      'a key nobody published',
      401,
      'key_unknown',
      'invalid_token',
      async () => `Bearer ${await (await createTestIssuer()).sign({ sub: 'ada' })}`,
    ],
    [
      "another issuer's signature under the same kid",
      401,
      'signature_invalid',
      'invalid_token',
      async () => {
        const other = await createTestIssuer({ issuer: 'https://elsewhere.test' })
        return `Bearer ${await other.sign({ sub: 'ada' }, { header: { kid: api.issuer.keyId } })}`
      },
    ],
    [
      'another issuer',
      401,
      'issuer_mismatch',
      'invalid_token',
      async () => sign({ iss: 'https://elsewhere.test' }),
    ],
    [
      'another audience',
      401,
      'audience_mismatch',
      'invalid_token',
      async () => sign({ aud: 'https://other.test' }),
    ],
    ['the end of its life', 401, 'token_expired', 'invalid_token', async () => sign({}, -60)],
    [
      'a beginning that is still ahead',
      401,
      'token_not_yet_valid',
      'invalid_token',
      async () => sign({ nbf: Math.floor(Date.now() / 1000) + 600 }),
    ],
    [
      'a program that the person allowed to read',
      401,
      'delegation_not_allowed',
      'invalid_token',
      async () => sign({ sub: 'ada', client_id: 'a-program', scope: 'tasks:read' }),
    ],
    ['no subject', 401, 'claim_invalid', 'invalid_token', async () => sign({ sub: undefined })],
  ]

  it.each(cases)('FR-006, FR-008: %s is %d %s', async (_, status, code, challenge, credential) => {
    const Authorization = await credential()
    const response = await api.app.request('/api/me/tasks', {
      headers: Authorization ? { Authorization } : {},
    })
    expect(response.status).toBe(status)
    const header = response.headers.get('WWW-Authenticate')
    if (code === 'token_missing') expect(header).toBe(challenge)
    else expect(header).toContain(`error="${challenge}"`)
    await expectProblem(response, status, code)
    expect(api.lines.at(-1)).toMatchObject({ status, code, msg: 'request' })
  })

  it.each(['/api/me/tasks?access_token=', '/api/me/tasks?token='])(
    'does not look for a token in the query: %s',
    async (path) => {
      const response = await api.app.request(path + (await good()))
      await expectProblem(response, 401, 'token_missing')
    },
  )

  it('does not look for a token in a cookie', async () => {
    const response = await api.app.request('/api/me', {
      headers: { Cookie: `token=${await good()}` },
    })
    await expectProblem(response, 401, 'token_missing')
  })

  it('refuses a token in two places with 400', async () => {
    const token = await good()
    const response = await api.app.request(`/api/me?access_token=${token}`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    await expectProblem(response, 400, 'request_malformed')
  })

  it('FR-009: accepts what is signed for exactly this issuer and audience', async () => {
    const ada = await api.signIn('ada')
    const response = await ada.call('GET', '/api/me')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      subject: 'ada',
      sessionId: null,
      issuer: api.issuer.options.issuer,
      audience: api.issuer.options.audience,
      issuedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  it('answers each of two alike with its own request id, in the words of the library', async () => {
    const token = await good()
    for (const [path, authorization, code] of [
      ['/api/me', '', 'token_missing'],
      ['/api/me', 'Bearer a.b', 'token_malformed'],
      ['/api/somebody-else/tasks', `Bearer ${token}`, 'not_owner'],
    ] as const) {
      for (const requestId of ['one-1', 'two_2=']) {
        const headers = { authorization, 'x-request-id': requestId }
        const response = await api.app.request(path, { headers })
        const expected = toProblem(new AuthError(code), { requestId })
        expect(response.status).toBe(expected.status)
        expect(await response.text()).toBe(JSON.stringify(expected.body))
        for (const [name, value] of Object.entries(expected.headers)) {
          expect(response.headers.get(name)).toBe(value)
        }
      }
    }
  })

  it('adds a hint in development only', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const options = {
      verifier,
      database: unreachable,
      log: pino({ level: 'silent' }),
      corsOrigins: [],
      url: 'http://localhost:8000',
      limits: createTestLimits(),
    }
    const asked = async (hints: boolean) =>
      Promise.all(
        ['/api/me', '/nowhere'].map(async (path) =>
          (await createApp({ ...options, hints }).request(path)).json(),
        ),
      )
    for (const problem of await asked(true))
      expect(problem).toHaveProperty('hint', expect.any(String))
    for (const problem of await asked(false)) expect(problem).not.toHaveProperty('hint')
    verifier.close()
  })

  async function good(): Promise<string> {
    return await api.issuer.sign({ sub: 'ada' })
  }
  async function sign(claims: Record<string, unknown>, expiresIn = 900): Promise<string> {
    return `Bearer ${await api.issuer.sign({ sub: 'ada', ...claims }, { expiresIn })}`
  }
})
