/** The API and its issuer: one fetch for a thousand requests, and an outage that is never the caller's fault. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { createTestApi, type TestApi, unreachable } from './_client.js'
import { expectProblem } from './_problem.js'

let api: TestApi

beforeEach(async () => {
  api = await createTestApi(unreachable)
})
afterEach(() => api.close())

describe('an issuer that works', () => {
  it('FR-007, SC-002: is asked for its keys once in a thousand requests', async () => {
    const people = await Promise.all(
      Array.from({ length: 20 }, (_, n) => api.issuer.sign({ sub: `person-${n}` })),
    )
    for (let round = 0; round < 50; round++) {
      const answers = await Promise.all(people.map((token) => ask(token)))
      expect(answers.every(({ status }) => status === 200)).toBe(true)
    }
    expect(api.issuer.requests).toBe(1)
  })

  it('is asked once by a thousand requests at the same time, of which the first needs the keys', async () => {
    const token = await api.issuer.sign({ sub: 'ada' })
    const answers = await Promise.all(Array.from({ length: 1000 }, () => ask(token)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(api.issuer.requests).toBe(1)
  })

  it('may rotate its key: the first token of the new one is accepted', async () => {
    expect((await ask(await api.issuer.sign({ sub: 'ada' }))).status).toBe(200)
    await api.issuer.rotate()
    expect((await ask(await api.issuer.sign({ sub: 'ada' }))).status).toBe(200)
  })
})

describe.each(['hang', 'refuse', '500', 'garbage', 'huge', 'empty', 'redirect'] as const)(
  'an issuer that does this from the start: %s',
  (how) => {
    beforeEach(() => api.issuer.misbehave(how))

    it('SC-005: a bad token gets its 401 without waiting for the issuer', async () => {
      for (const token of ['nonsense', 'a.b.c', `${'a'.repeat(9000)}.b.c`]) {
        const { status, code } = await ask(token)
        expect([status, code]).toEqual([401, 'token_malformed'])
      }
      const nobody = await api.app.request('/api/me')
      await expectProblem(nobody, 401, 'token_missing')
      expect(api.issuer.requests).toBe(0)
    })

    it('a token that cannot be checked gets 503 with Retry-After, never 401', async () => {
      const token = await api.issuer.sign({ sub: 'ada' })
      for (let n = 0; n < 5; n++) {
        const { status, code, retryAfter } = await ask(token)
        expect([status, code]).toEqual([503, 'keys_unavailable'])
        expect(Number(retryAfter)).toBeGreaterThan(0)
      }
    })

    it('readiness says so, and liveness does not mind', async () => {
      const ready = await api.app.request('/readyz')
      await expectProblem(ready, 503, 'keys_unavailable')
      expect((await api.app.request('/livez')).status).toBe(200)
    })

    it('serves again as soon as the issuer does, without a restart', async () => {
      const token = await api.issuer.sign({ sub: 'ada' })
      expect((await ask(token)).status).toBe(503)
      api.issuer.misbehave(null)
      await expect.poll(async () => (await ask(token)).status, { timeout: 5000 }).toBe(200)
    })
  },
)

describe.each(['hang', 'refuse', '500', 'garbage', 'empty'] as const)(
  'an issuer that does this later: %s',
  (how) => {
    it('good tokens stay good, and bad ones get their 401, without waiting for the issuer', async () => {
      const good = await api.issuer.sign({ sub: 'ada' })
      const bad = {
        token_expired: await api.issuer.sign({ sub: 'ada' }, { expiresIn: -60 }),
        audience_mismatch: await api.issuer.sign({ sub: 'ada', aud: 'https://other.test' }),
        claim_invalid: await api.issuer.sign({ sub: '' }),
        signature_invalid: `${good.slice(0, good.lastIndexOf('.'))}.${'A'.repeat(86)}`,
      }
      expect((await ask(good)).status).toBe(200)
      api.issuer.misbehave(how)
      expect((await ask(good)).status).toBe(200)
      expect((await ask(await api.issuer.sign({ sub: 'bob' }))).status).toBe(200)
      for (const [expected, token] of Object.entries(bad)) {
        const { status, code } = await ask(token)
        expect([status, code]).toEqual([401, expected])
      }
      expect(api.verifier.stats().keys[0]?.waited).toBe(1)
    })

    it('a token of a key that cannot be looked up gets 503: perhaps the issuer rotated', async () => {
      expect((await ask(await api.issuer.sign({ sub: 'ada' }))).status).toBe(200)
      api.issuer.misbehave(how)
      await api.issuer.rotate()
      const { status, code } = await ask(await api.issuer.sign({ sub: 'ada' }))
      expect([status, code]).toEqual([503, 'keys_unavailable'])
    })
  },
)

describe('a database that is away', () => {
  it('is 503 with Retry-After, also in readiness, and a bad token still gets its 401', async () => {
    const away: Database = {
      asUser: () => Promise.reject(new Error('unused')),
      check: () => Promise.reject(new Error('away')),
    }
    const other = await createTestApi(away)
    await other.verifier.ready()
    const ready = await other.app.request('/readyz')
    expect(ready.headers.get('Retry-After')).toBe('2')
    await expectProblem(ready, 503, 'database_unavailable')
    const refused = await other.app.request('/api/me/tasks', {
      headers: { Authorization: 'Bearer nonsense' },
    })
    await expectProblem(refused, 401, 'token_malformed')
    other.close()
  })

  it('is looked for once a second however often somebody asks', async () => {
    let checks = 0
    const counted = await createTestApi({
      ...unreachable,
      check: async () => {
        checks += 1
      },
    })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => counted.app.request('/readyz')),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(checks).toBe(1)
    counted.close()
  })
})

interface Asked {
  status: number
  code: string | undefined
  retryAfter: string | null
}

async function ask(token: string): Promise<Asked> {
  const response = await api.app.request('/api/me', {
    headers: { Authorization: `Bearer ${token}` },
  })
  const { code }: { code?: string } = await response.json().then((body) => body as object)
  return {
    status: response.status,
    code,
    retryAfter: response.headers.get('Retry-After'),
  }
}
