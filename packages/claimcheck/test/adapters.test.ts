/** One table of cases, run against every adapter: what is true of one is true of all. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type AuthErrorCode, authErrors, createVerifier } from '../src/index.js'
import { createTestIssuer, type TestIssuer } from '../src/testing/index.js'
import { adapters, type ProtectedApi, type Received, type Sent } from './_adapters.js'

type Authorization = (issuer: TestIssuer) => Promise<Sent['headers']> | Sent['headers']

interface Refusal {
  readonly name: string
  readonly headers: Authorization
  readonly method?: string
  readonly path?: string
  readonly status: number
  readonly code: AuthErrorCode
  /** What the challenge says after the realm; null where there is none. */
  readonly challenge: 'invalid_token' | 'invalid_request' | 'realm alone' | null
}

const alice = { sub: 'alice', sid: 'session-1' }

function bearer(sign: (issuer: TestIssuer) => string | Promise<string>): Authorization {
  return async (issuer) => [['Authorization', `Bearer ${await sign(issuer)}`]]
}

const good = bearer((issuer) => issuer.sign(alice))

const refusals: readonly Refusal[] = [
  {
    name: 'no token',
    headers: () => [],
    status: 401,
    code: 'token_missing',
    challenge: 'realm alone',
  },
  {
    name: 'another scheme',
    headers: () => [['Authorization', 'Basic YWxpY2U6c2VjcmV0']],
    status: 401,
    code: 'token_missing',
    challenge: 'realm alone',
  },
  {
    name: 'a token in a cookie',
    headers: async (issuer) => [['Cookie', `token=${await issuer.sign(alice)}`]],
    status: 401,
    code: 'token_missing',
    challenge: 'realm alone',
  },
  {
    name: 'two Authorization headers, the same good token in both',
    headers: async (issuer) => {
      const value = `Bearer ${await issuer.sign(alice)}`
      return [
        ['Authorization', value],
        ['Authorization', value],
      ]
    },
    status: 400,
    code: 'request_malformed',
    challenge: 'invalid_request',
  },
  {
    name: 'two Authorization headers, spelled differently, with something in between',
    headers: async (issuer) => [
      ['authorization', `Bearer ${await issuer.sign(alice)}`],
      ['Accept', '*/*'],
      ['AUTHORIZATION', `Bearer ${await issuer.sign({ sub: 'bob' })}`],
    ],
    status: 400,
    code: 'request_malformed',
    challenge: 'invalid_request',
  },
  {
    name: 'a token in the query beside the one in the header',
    headers: good,
    path: '/api/me?access_token=x',
    status: 400,
    code: 'request_malformed',
    challenge: 'invalid_request',
  },
  {
    name: 'what is no token',
    headers: () => [['Authorization', 'Bearer undefined']],
    status: 401,
    code: 'token_malformed',
    challenge: 'invalid_token',
  },
  {
    name: 'a token that was changed',
    headers: bearer(async (issuer) => {
      const [header, , signature] = (await issuer.sign(alice)).split('.')
      const claims = (await issuer.sign({ ...alice, sub: 'bob' })).split('.')[1]
      return [header, claims, signature].join('.')
    }),
    status: 401,
    code: 'signature_invalid',
    challenge: 'invalid_token',
  },
  {
    name: 'an expired token',
    headers: bearer((issuer) => issuer.sign(alice, { expiresIn: -60 })),
    status: 401,
    code: 'token_expired',
    challenge: 'invalid_token',
  },
  {
    name: 'a token for another audience',
    headers: bearer((issuer) => issuer.sign({ ...alice, aud: 'https://other.test' })),
    status: 401,
    code: 'audience_mismatch',
    challenge: 'invalid_token',
  },
  {
    name: 'a token of another issuer',
    headers: bearer((issuer) => issuer.sign({ ...alice, iss: 'https://other.test' })),
    status: 401,
    code: 'issuer_mismatch',
    challenge: 'invalid_token',
  },
  {
    name: "another person's path",
    headers: good,
    path: '/api/bob/tasks',
    status: 403,
    code: 'not_owner',
    challenge: null,
  },
  {
    name: 'a path that only resembles the own one',
    headers: good,
    path: '/api/Alice/tasks',
    status: 403,
    code: 'not_owner',
    challenge: null,
  },
  {
    name: "another person's path, without a token",
    headers: () => [],
    path: '/api/bob/tasks',
    status: 401,
    code: 'token_missing',
    challenge: 'realm alone',
  },
]

describe.each(adapters)('$name', (adapter) => {
  let issuer: TestIssuer
  let api: ProtectedApi
  let hinting: ProtectedApi
  let cutOff: ProtectedApi
  const verifiers: { close(): void }[] = []

  beforeAll(async () => {
    // Hints are then off unless asked for.
    vi.stubEnv('NODE_ENV', 'production')
    issuer = await createTestIssuer()
    const away = await createTestIssuer()
    away.misbehave('500')
    const verifier = createVerifier(issuer.options)
    const unable = createVerifier(away.options)
    verifiers.push(verifier, unable)
    api = await adapter.start(verifier)
    hinting = await adapter.start(verifier, { hints: true })
    cutOff = await adapter.start(unable)
  })

  afterAll(async () => {
    vi.unstubAllEnvs()
    await Promise.all([api, hinting, cutOff].map((one) => one.close()))
    for (const verifier of verifiers) verifier.close()
  })

  it.each(refusals)('refuses $name', async ({ headers, method, path, ...expected }) => {
    const request = { headers: (await headers(issuer)) ?? [], ...(path && { path }) }
    assertRefusal(await api.send(request), expected)
  })

  it.each(refusals)('refuses $name on HEAD with the same head and no body', async (row) => {
    const request = {
      headers: (await row.headers(issuer)) ?? [],
      ...(row.path && { path: row.path }),
    }
    const { status, headers, text } = await api.send({ ...request, method: 'HEAD' })
    expect(status).toBe(row.status)
    expect(toChallenge(headers['www-authenticate'])).toBe(row.challenge)
    expect(headers['cache-control']).toBe('no-store')
    expect(text).toBe('')
  })

  it('says 503 and when to come back, never 401, while keys cannot be had', async () => {
    const answer = await cutOff.send({ headers: (await good(issuer)) ?? [] })
    assertRefusal(answer, { status: 503, code: 'keys_unavailable', challenge: null })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('refuses what needs no key also while keys cannot be had', async () => {
    const answer = await cutOff.send({})
    assertRefusal(answer, { status: 401, code: 'token_missing', challenge: 'realm alone' })
    expect(answer.headers['retry-after']).toBeUndefined()
  })

  it.each(['/api/me', '/api/alice/tasks', '/api/me?status=open'])(
    'lets a good token in at %s, and knows whose it is',
    async (path) => {
      const answer = await api.send({ path, headers: (await good(issuer)) ?? [] })
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.text)).toEqual({ subject: 'alice', sessionId: 'session-1' })
      expect(answer.headers['www-authenticate']).toBeUndefined()
    },
  )

  it.each(['bearer', 'BEARER', 'Bearer '])('takes the scheme as %j', async (scheme) => {
    const token = await issuer.sign(alice)
    const answer = await api.send({ headers: [['authorization', `${scheme} ${token}`]] })
    expect(answer.status).toBe(200)
  })

  it('lets a good token in on HEAD', async () => {
    const answer = await api.send({ method: 'HEAD', headers: (await good(issuer)) ?? [] })
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('')
  })

  it('names every refusal, each by another name, in head and body alike', async () => {
    const answers = await Promise.all([api.send({}), api.send({}), api.send({})])
    const ids = answers.map(({ text }) => JSON.parse(text).requestId)
    expect(new Set(ids).size).toBe(3)
    expect(answers.map(({ headers }) => headers['x-request-id'])).toEqual(ids)
  })

  it('tells a developer what to change, where that was asked for', async () => {
    const { text } = await hinting.send({})
    expect(JSON.parse(text).hint).toBe(authErrors.token_missing.hint)
    expect(JSON.parse((await api.send({})).text)).not.toHaveProperty('hint')
    const other = await hinting.send({
      path: '/api/bob/tasks',
      headers: (await good(issuer)) ?? [],
    })
    expect(JSON.parse(other.text).hint).toBe(authErrors.not_owner.hint)
  })
})

it('keeps every adapter small, with one call into the verifier', () => {
  const folder = fileURLToPath(new URL('../src/adapters', import.meta.url))
  const files = readdirSync(folder)
  expect(files).toEqual(['express.ts', 'fastify.ts', 'hono.ts', 'next.ts', 'node.ts'])
  for (const name of files) {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    expect.soft(text.trimEnd().split('\n').length, name).toBeLessThanOrEqual(60)
    expect.soft(text.match(/\.authenticate\(/g), name).toHaveLength(1)
  }
})

function assertRefusal(
  { status, headers, text }: Received,
  expected: Pick<Refusal, 'status' | 'code' | 'challenge'>,
): void {
  const meaning = authErrors[expected.code]
  expect(status).toBe(expected.status)
  expect(headers['content-type']).toMatch(/^application\/problem\+json(;|$)/)
  expect(headers['cache-control']).toBe('no-store')
  expect(toChallenge(headers['www-authenticate'])).toBe(expected.challenge)
  expect(JSON.parse(text)).toEqual({
    type: expect.stringMatching(new RegExp(`docs/errors\\.md#${expected.code}$`)),
    title: meaning.title,
    status: expected.status,
    code: expected.code,
    detail: meaning.detail,
    requestId: expect.stringMatching(/./),
  })
}

function toChallenge(header: string | undefined): Refusal['challenge'] {
  if (header === undefined) return null
  const [, error] =
    /^Bearer realm="api", error="(\w+)", error_description="[^"]+"$/.exec(header) ?? []
  if (error === undefined) expect(header).toBe('Bearer realm="api"')
  return (error as 'invalid_token' | undefined) ?? 'realm alone'
}
