/** Every example as a real process, held to one table of cases. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type AuthErrorCode, authErrors } from 'claimcheck'
import {
  createTestIssuer,
  hostileCases,
  runHostileCases,
  type TestIssuer,
} from 'claimcheck/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from './_send.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const audience = 'https://api.example.com'

interface Example {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

const examples: Example[] = [
  { name: 'hono', command: [process.execPath, '--import', 'tsx', 'hono/app.ts'] },
  { name: 'express', command: [process.execPath, '--import', 'tsx', 'express/app.ts'] },
]
const python = ['python3', '/usr/bin/python3'].find(
  (path) => spawnSync(path, ['-c', 'import fastapi, jwt, uvicorn, cryptography']).status === 0,
)
if (python === undefined) {
  console.log('examples/fastapi is not tested: no python3 with fastapi, PyJWT and uvicorn here.')
} else {
  examples.push({ name: 'fastapi', command: [python, 'fastapi/app.py'] })
}

/** One request, and what it must be answered with. */
interface Case {
  readonly title: string
  readonly path?: string
  readonly token: (issuer: TestIssuer) => Promise<string | undefined>
  readonly status: number
  readonly code?: string
}

const forAda = { sub: 'ada', sid: 'session' }
const cases: Case[] = [
  { title: 'a good token', token: (issuer) => issuer.sign(forAda), status: 200 },
  { title: 'no token', token: async () => undefined, status: 401, code: 'token_missing' },
  { title: 'no JWT', token: async () => 'undefined', status: 401, code: 'token_malformed' },
  {
    title: 'a token that was tampered with',
    token: async (issuer) => `${(await issuer.sign(forAda)).slice(0, -6)}AAAAAA`,
    status: 401,
    code: 'signature_invalid',
  },
  {
    title: 'an expired token',
    token: (issuer) => issuer.sign(forAda, { expiresIn: -60 }),
    status: 401,
    code: 'token_expired',
  },
  {
    title: 'a token for another audience',
    token: (issuer) => issuer.sign({ ...forAda, aud: 'https://other.example.com' }),
    status: 401,
    code: 'audience_mismatch',
  },
  {
    title: 'a token of another issuer',
    token: (issuer) => issuer.sign({ ...forAda, iss: 'https://other.example.com' }),
    status: 401,
    code: 'issuer_mismatch',
  },
  {
    title: 'a token that names no algorithm',
    token: (issuer) => issuer.sign(forAda, { header: { alg: 'none' } }),
    status: 401,
    code: 'algorithm_not_allowed',
  },
  {
    title: 'a key that nobody published',
    token: (issuer) => issuer.sign(forAda, { header: { kid: 'made-up' } }),
    status: 401,
    code: 'key_unknown',
  },
  {
    title: 'a token that was issued to a program',
    token: (issuer) => issuer.sign({ ...forAda, client_id: 'a-program', scope: 'notes:read' }),
    status: 401,
    code: 'delegation_not_allowed',
  },
  {
    title: 'a token without a subject',
    token: (issuer) => issuer.sign({ sid: 'session' }),
    status: 401,
    code: 'claim_invalid',
  },
  {
    title: "one's own path",
    path: '/api/ada/notes',
    token: (issuer) => issuer.sign(forAda),
    status: 200,
  },
  {
    title: "another person's path",
    path: '/api/bob/notes',
    token: (issuer) => issuer.sign(forAda),
    status: 403,
    code: 'not_owner',
  },
  {
    title: "another person's path without a token",
    path: '/api/bob/notes',
    token: async () => undefined,
    status: 401,
    code: 'token_missing',
  },
]

describe.each(examples)('examples/$name', ({ command }) => {
  let issuer: TestIssuer
  let issuerUrl: string
  let stopIssuer: () => void
  let apiUrl: string
  const children: ChildProcess[] = []

  beforeAll(async () => {
    const server = createServer(async (request, response) => {
      const answer = await issuer.fetch(new URL(request.url ?? '/', issuerUrl), {
        headers: new Headers(request.headers as Record<string, string>),
      })
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    issuer = await createTestIssuer({ issuer: issuerUrl, audience })
    stopIssuer = () => {
      server.closeAllConnections()
      server.close()
    }
    apiUrl = await start(issuerUrl)
  }, 60_000)
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
    stopIssuer()
  })

  async function start(ISSUER: string): Promise<string> {
    const [file, ...parameters] = command
    const env = { PATH: process.env.PATH, PORT: '0', ISSUER, AUDIENCE: audience }
    const child = spawn(file, parameters, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    for await (const line of createInterface(child.stdout)) {
      const url = /Listening at (\S+)/.exec(line)?.[1]
      if (url !== undefined) return url
    }
    throw new Error('The example ended before it listened')
  }

  function ask(url: string, token: string | undefined): Promise<Response> {
    return fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } })
  }

  it.each(cases)(
    'answers $title with $status',
    async ({ path = '/api/me', token, status, code }) => {
      const answer = await ask(`${apiUrl}${path}`, await token(issuer))
      const body = await answer.json()
      expect({ status: answer.status, code: body.code }).toEqual({ status, code })
      const challenge = answer.headers.get('WWW-Authenticate')
      if (status !== 401) expect(challenge).toBeNull()
      else if (code === 'token_missing') expect(challenge).toBe('Bearer realm="api"')
      else expect(challenge).toContain('error="invalid_token"')
      if (code !== undefined) {
        expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
        expect(answer.headers.get('Cache-Control')).toBe('no-store')
        const { title, detail } = authErrors[code as AuthErrorCode]
        const type = expect.stringMatching(new RegExp(`/docs/errors\\.md#${code}$`))
        expect(body).toMatchObject({ type, title, detail, requestId: expect.stringMatching(/./) })
      }
    },
  )

  it('takes the first token of a new key', async () => {
    await issuer.rotate()
    const answer = await ask(`${apiUrl}/api/me`, await issuer.sign(forAda))
    expect(answer.status).toBe(200)
  })

  it('goes on with the keys it has while others cannot be fetched, and says of those that it cannot', async () => {
    issuer.misbehave('500')
    const known = await ask(`${apiUrl}/api/me`, await issuer.sign(forAda))
    const header = { kid: 'made-up' }
    const unknown = await ask(`${apiUrl}/api/me`, await issuer.sign(forAda, { header }))
    issuer.misbehave(null)
    expect(known.status).toBe(200)
    expect(unknown.status).toBe(503)
  })

  it('answers 503 and no 401 while the keys cannot be fetched', async () => {
    const token = await issuer.sign(forAda)
    issuer.misbehave('500')
    const blind = await start(issuerUrl)
    const answer = await ask(`${blind}/api/me`, token)
    issuer.misbehave(null)
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await answer.json()).code).toBe('keys_unavailable')
  })

  it('refuses a token once its session has ended, and no other', async () => {
    const [ended, other] = await Promise.all(
      ['session-of-ada', 'session-of-bob'].map((sid) => issuer.sign({ sub: 'ada', sid })),
    )
    expect((await ask(`${apiUrl}/api/me`, ended)).status).toBe(200)
    await issuer.feed.revokeSession('session-of-ada')
    await expect
      .poll(async () => (await (await ask(`${apiUrl}/api/me`, ended)).json()).code, {
        timeout: 10_000,
      })
      .toBe('token_revoked')
    expect((await ask(`${apiUrl}/api/me`, other)).status).toBe(200)
  })

  it('answers every hostile request of the catalogue as it should', async () => {
    const results = await runHostileCases(
      async (trusted) => {
        issuer = trusted
        const url = await start(issuerUrl)
        return { send: (attempt) => send(`${url}/api/me`, attempt) }
      },
      {
        // Those that change the key set need a process each, and are run against the library itself.
        cases: hostileCases.filter(({ needs }) => needs !== 'the key set'),
        issuer: issuerUrl,
        audience,
      },
    )
    expect(results.length).toBeGreaterThan(150)
    const faults = results.flatMap(({ hostileCase, faults }) =>
      faults.map((fault) => `${hostileCase.id}: ${fault}`),
    )
    expect(faults).toEqual([])
  })
})

it.skipIf(python === undefined)('examples/fastapi comes to the same as every vector', () => {
  const vectors = fileURLToPath(import.meta.resolve('claimcheck/testing/vectors'))
  const { stdout, status } = spawnSync(python ?? '', ['fastapi/vectors.py', vectors], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect([status, stdout.trim()]).toEqual([0, 'Every vector comes out as it should.'])
})
