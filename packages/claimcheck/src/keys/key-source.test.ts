import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, driveTime, endingOf, releaseTime, settle } from '../_driven-time.js'
import { createTestIssuer, type TestIssuer } from '../testing/index.js'
import { createVerifier, type Verifier } from '../verifier.js'

beforeEach(driveTime)
afterEach(releaseTime)

async function start(
  options: Partial<Parameters<typeof createVerifier>[0]> = {},
): Promise<{ issuer: TestIssuer; verifier: Verifier; token: string }> {
  const issuer = await createTestIssuer()
  // The spread keeps the single-issuer form of the options.
  const verifier = createVerifier({ ...issuer.options, ...options } as Parameters<
    typeof createVerifier
  >[0])
  return { issuer, verifier, token: await issuer.sign({ sub: 'alice' }) }
}

describe('a good key set', () => {
  it('is fetched once, however many tokens ask for it at the same time', async () => {
    const { issuer, verifier, token } = await start()
    await Promise.all(Array.from({ length: 1_000 }, () => verifier.verify(token)))
    expect(issuer.requests).toBe(1)
  })

  it('is refreshed within a minute', async () => {
    const { issuer, verifier } = await start()
    await verifier.ready()
    await advance(60_000, 1_000)
    expect(issuer.requests).toBe(2)
  })

  it('accepts the first token of a new key, and no two requests start within 250 ms', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    await issuer.rotate()
    const { code, waited } = await endingOf(verifier.verify(await issuer.sign({ sub: 'bob' })))
    expect(code).toBe('accepted')
    expect(waited).toBe(250)
    expect(issuer.requests).toBe(2)
  })

  it('refuses a key id that is not in a document asked for afterwards', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    const forged = await issuer.sign({ sub: 'alice' }, { header: { kid: 'made-up' } })
    expect(await endingOf(verifier.verify(forged))).toMatchObject({ code: 'key_unknown' })
  })

  it('stops accepting a key at most 65 s after the issuer removed it', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    const removed = issuer.keyId
    await issuer.rotate()
    issuer.revoke(removed)
    await advance(65_000, 1_000)
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'key_unknown' })
  })

  it('checks a signature again when the material under its key id has changed', async () => {
    const issuer = await createTestIssuer()
    let published: unknown = issuer.jwks
    const fetch = async () => Response.json(published)
    const verifier = createVerifier({ ...issuer.options, fetch })
    const token = await issuer.sign({ sub: 'alice' })
    await verifier.verify(token)
    const other = await createTestIssuer()
    published = { keys: [{ ...other.jwks.keys[0], kid: issuer.keyId }] }
    await advance(65_000, 1_000)
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'signature_invalid' })
  })

  it('is asked for with the validator of the last answer', async () => {
    const issuer = await createTestIssuer()
    const seen: (string | null)[] = []
    const fetch: typeof globalThis.fetch = async (_, init) => {
      const validator = new Headers(init?.headers).get('if-none-match')
      seen.push(validator)
      if (validator === '"one"') return new Response(null, { status: 304 })
      return Response.json(issuer.jwks, { headers: { ETag: '"one"' } })
    }
    const verifier = createVerifier({ ...issuer.options, fetch })
    const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 9_000 })
    await verifier.verify(token)
    await advance(3 * 60_000, 1_000)
    expect(seen).toEqual([null, '"one"', '"one"', '"one"'])
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
    expect(verifier.stats().keys[0]?.age).toBeLessThan(60_000)
  })

  it('keeps a signature check where only another key was added', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    await issuer.rotate()
    await advance(60_000, 1_000)
    await verifier.verify(token)
    expect(verifier.stats().cache).toMatchObject({ hits: 1, misses: 1 })
  })
})

describe('an issuer that cannot be reached', () => {
  it.each(['refuse', 'hang', '500', 'huge', 'garbage', 'empty', 'redirect'] as const)(
    'SC-005: means 503 within 500 ms and never 401 at start, and no wait for a bad token: %s',
    async (how) => {
      const { issuer, verifier, token } = await start()
      issuer.misbehave(how)
      expect(await endingOf(verifier.verify('a.b.c'))).toMatchObject({
        code: 'token_malformed',
        waited: 0,
      })
      const { code, waited } = await endingOf(verifier.verify(token))
      expect(code).toBe('keys_unavailable')
      expect(waited).toBeLessThanOrEqual(500)
    },
  )

  it.each(['refuse', 'hang', '500', 'huge', 'garbage', 'empty', 'redirect', 'flap'] as const)(
    'does no harm to known keys for half an hour: %s',
    async (how) => {
      const { issuer, verifier } = await start()
      const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 7_200 })
      await verifier.verify(token)
      issuer.misbehave(how)
      for (let minute = 0; minute < 30; minute += 1) {
        await advance(60_000, 5_000)
        expect(await endingOf(verifier.verify(token))).toMatchObject({
          code: 'accepted',
          waited: 0,
        })
      }
    },
  )

  it('is found again at most 2 s after it is back, when there were no keys', async () => {
    const { issuer, verifier, token } = await start()
    issuer.misbehave('refuse')
    await endingOf(verifier.verify(token))
    await advance(60_000, 500)
    issuer.misbehave(null)
    await advance(2_000)
    expect(verifier.stats().keys[0]?.keyIds).toEqual([issuer.keyId])
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
  })

  it('is asked one request at a time, ever more slowly, up to 30 s apart', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    issuer.misbehave('500')
    await advance(10 * 60_000, 250)
    const before = issuer.requests
    await advance(5 * 60_000, 250)
    expect(issuer.requests - before).toBeGreaterThanOrEqual(9)
    expect(issuer.requests - before).toBeLessThanOrEqual(11)
  })

  it('answers 503 with the pause to come for an unknown key', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    await issuer.rotate()
    issuer.misbehave('500')
    await advance(5 * 60_000, 250)
    const next = await issuer.sign({ sub: 'alice' })
    const { code, retryAfter } = await endingOf(verifier.verify(next))
    expect(code).toBe('keys_unavailable')
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(30)
  })

  it('ends the service of its last good keys after an hour: 503, also for remembered tokens', async () => {
    const { issuer, verifier } = await start()
    const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 7_200 })
    await verifier.verify(token)
    issuer.misbehave('refuse')
    await advance(59 * 60_000, 5_000)
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
    await advance(3 * 60_000, 5_000)
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'keys_unavailable' })
    issuer.misbehave(null)
    await advance(2_000)
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
  })

  it('makes ready() reject, and a later one resolve', async () => {
    const { issuer, verifier } = await start()
    issuer.misbehave('500')
    await expect(verifier.ready()).rejects.toMatchObject({ code: 'keys_unavailable' })
    issuer.misbehave(null)
    await advance(1_000)
    await expect(verifier.ready()).resolves.toBeUndefined()
  })
})

describe('an answer from a cache', () => {
  it('is not proof that a key does not exist', async () => {
    const issuer = await createTestIssuer()
    const stored = issuer.jwks
    const fetch = async () => Response.json(stored, { headers: { Age: '30' } })
    const verifier = createVerifier({ ...issuer.options, fetch })
    await verifier.verify(await issuer.sign({ sub: 'alice' }))
    await issuer.rotate()
    const token = await issuer.sign({ sub: 'alice' })
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'keys_unavailable' })
  })
})

describe('under load', () => {
  it('turns nobody away during ten rotations at 500 requests a second', async () => {
    const { issuer, verifier } = await start()
    await verifier.ready()
    const verdicts: Promise<string>[] = []
    for (let tick = 0; tick < 1_000; tick += 1) {
      if (tick % 100 === 50) await issuer.rotate()
      const token = await issuer.sign({ sub: 'alice', jti: String(tick) })
      verdicts.push(
        verifier.verify(token).then(
          () => 'accepted',
          (error) => error.code,
        ),
      )
      await advance(2, 2)
    }
    await advance(1_000)
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['accepted']))
  })

  it('asks at most four times a second, whatever key ids are made up, and lets new keys in', async () => {
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    const verdicts: Promise<string>[] = []
    const [, payload, signature] = token.split('.')
    for (let tick = 0; tick < 200; tick += 1) {
      for (let flood = 0; flood < 100; flood += 1) {
        const header = { alg: 'EdDSA', kid: `${tick}-${flood}` }
        const forged = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`
        void verifier.verify(forged).catch(() => undefined)
      }
      if (tick % 20 === 10) await issuer.rotate()
      if (tick % 10 === 0) {
        const honest = await issuer.sign({ sub: 'bob', jti: String(tick) })
        verdicts.push(
          verifier.verify(honest).then(
            () => 'accepted',
            (error) => error.code,
          ),
        )
      }
      await advance(50)
    }
    await advance(1_000)
    expect(new Set(await Promise.all(verdicts))).toEqual(new Set(['accepted']))
    expect(issuer.requests).toBeLessThanOrEqual(1 + 4 * 11)
    expect(verifier.stats().keys[0]?.waiting).toBe(0)
  })

  it('lets at most 4 096 tokens wait, and tells the rest to come back', async () => {
    // Thousands of timers are slow to fake; these few hundred milliseconds are real.
    vi.useRealTimers()
    const { issuer, verifier, token } = await start()
    await verifier.verify(token)
    issuer.misbehave('hang')
    const [, payload, signature] = token.split('.')
    const codes: string[] = []
    const verdicts: Promise<unknown>[] = []
    for (let flood = 0; flood < 5_000; flood += 1) {
      const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: `k${flood}` }))
      const forged = `${header.toString('base64url')}.${payload}.${signature}`
      verdicts.push(verifier.verify(forged).catch((error) => codes.push(error.code)))
    }
    // Read before anything else can happen, so that no patience has ended yet.
    expect(verifier.stats().keys[0]?.waiting).toBe(4_096)
    await Promise.all(verdicts)
    expect(new Set(codes)).toEqual(new Set(['keys_unavailable']))
  })
})

describe('where timers stand still', () => {
  it('refreshes on the next request, and then refuses what the issuer has removed', async () => {
    const { issuer, verifier } = await start()
    const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 7_200 })
    await verifier.verify(token)
    const removed = issuer.keyId
    await issuer.rotate()
    issuer.revoke(removed)
    vi.setSystemTime(Date.now() + 10 * 60_000)
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'key_unknown' })
    const fresh = await issuer.sign({ sub: 'alice' })
    expect(await endingOf(verifier.verify(fresh))).toMatchObject({ code: 'accepted' })
  })

  it('serves known keys when that refresh fails', async () => {
    const { issuer, verifier } = await start()
    const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 7_200 })
    await verifier.verify(token)
    issuer.misbehave('hang')
    vi.setSystemTime(Date.now() + 10 * 60_000)
    const { code, waited } = await endingOf(verifier.verify(token))
    expect(code).toBe('accepted')
    expect(waited).toBeLessThanOrEqual(410)
  })
})

describe('a store', () => {
  function createMemoryStore() {
    let text: string | null = null
    return {
      get: () => text,
      set(next: string) {
        text = next
      },
    }
  }

  it('lets a process start while the issuer is away, for as long as the keys would have served', async () => {
    const store = createMemoryStore()
    const { issuer, verifier, token } = await start({ store })
    await verifier.verify(token)
    await settle()
    issuer.misbehave('refuse')
    const restarted = createVerifier({ ...issuer.options, store })
    expect(await endingOf(restarted.verify(token))).toMatchObject({ code: 'accepted' })
    vi.setSystemTime(Date.now() + 61 * 60_000)
    const late = createVerifier({ ...issuer.options, store })
    expect(await endingOf(late.verify(token))).toMatchObject({ code: 'keys_unavailable' })
  })

  it.each([
    ['not JSON', '{'],
    ['of another address', '{"url":"https://other.test/jwks","fetchedAt":1,"keys":[]}'],
    ['without a time', '{"url":"https://issuer.test/api/auth/jwks","keys":[]}'],
  ])('is left aside when it is %s', async (_, text) => {
    const { verifier, token } = await start({ store: { get: () => text, set: () => undefined } })
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
  })

  it('that fails is reported and does not stop anybody', async () => {
    const events: string[] = []
    const store = {
      get: () => null,
      set: () => Promise.reject(new Error('The disk is full')),
    }
    const { verifier, token } = await start({ store, on: ({ type }) => events.push(type) })
    expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
    await settle()
    expect(events).toContain('store_failed')
  })
})

it('names each refused key once in an event, and nothing else of it', async () => {
  const issuer = await createTestIssuer()
  const weak = { kty: 'oct', kid: 'secret-kid', k: 'c2VjcmV0' }
  const events: unknown[] = []
  const fetch = async () => Response.json({ keys: [...issuer.jwks.keys, weak] })
  const verifier = createVerifier({ ...issuer.options, fetch, on: (event) => events.push(event) })
  await verifier.ready()
  await advance(130_000, 5_000)
  const refused = events.filter((event) => JSON.stringify(event).includes('key_refused'))
  expect(refused).toEqual([
    {
      type: 'key_refused',
      url: 'https://issuer.test/api/auth/jwks',
      keyId: 'secret-kid',
      reason: 'it holds private or symmetric material',
    },
  ])
})

it('ends its timers when it is closed, and still verifies with the keys it has', async () => {
  const { issuer, verifier, token } = await start()
  await verifier.verify(token)
  verifier.close()
  await settle()
  expect(vi.getTimerCount()).toBe(0)
  expect(await endingOf(verifier.verify(token))).toMatchObject({ code: 'accepted' })
  await advance(120_000, 5_000)
  expect(issuer.requests).toBe(1)
})
