import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTestIssuer } from './testing/index.js'
import { createVerifier, type Verifier } from './verifier.js'

/** Elsewhere a hint is looked up for each refusal. */
function actAsInProduction(): void {
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())
}

const good = { issuer: 'https://app.example.com', audience: 'https://api.example.com' }

describe('options', () => {
  it.each([
    ['an empty issuer', { ...good, issuer: ' ' }, /^issuer: /],
    ['an empty audience', { ...good, audience: '' }, /^audience: /],
    [
      'an issuer that is no URL, without jwksUrl',
      { ...good, issuer: 'app' },
      /^jwksUrl: .*absolute/,
    ],
    ['plain http', { ...good, jwksUrl: 'http://app.example.com/jwks' }, /^jwksUrl: .*https/],
    [
      'credentials in the address',
      { ...good, jwksUrl: 'https://a:b@app.example.com' },
      /^jwksUrl: /,
    ],
    ['another scheme', { ...good, jwksUrl: 'file:///jwks.json', allowHttp: true }, /^jwksUrl: /],
    ['no algorithm', { ...good, algorithms: [] }, /^algorithms: /],
    ['no issuers', { issuers: [] }, /^issuers: /],
    ['an issuer twice', { issuers: [good, good] }, /^issuers: .*once/],
    ['a negative cache', { ...good, cacheSize: -1 }, /^cacheSize: /],
    ['an interval of nothing', { ...good, refreshInterval: 0 }, /^refreshInterval: /],
    ['a time that is not a number', { ...good, staleIfError: Number.NaN }, /^staleIfError: /],
  ])('with %s are refused at construction', (_, options, message) => {
    expect(() => createVerifier(options)).toThrow(TypeError)
    expect(() => createVerifier(options)).toThrow(message)
  })

  it.each([
    ['https', { ...good }],
    ['http on localhost', { ...good, issuer: 'http://localhost:3000' }],
    ['http on 127.0.0.1', { ...good, issuer: 'http://127.0.0.1:3000' }],
    ['http on ::1', { ...good, issuer: 'http://[::1]:3000' }],
    ['http elsewhere, when it is allowed', { ...good, issuer: 'http://web', allowHttp: true }],
  ])('with %s are accepted', (_, options) => {
    expect(createVerifier(options).stats().keys[0]?.url).toMatch(/\/api\/auth\/jwks$/)
  })

  it('refuse an algorithm that nobody should use', () => {
    // @ts-expect-error: a symmetric algorithm does not even compile
    expect(() => createVerifier({ ...good, algorithms: ['HS256'] })).toThrow(/^algorithms: /)
  })
})

describe('verify', () => {
  it('gives the person, frozen all the way down, and the same object for the same token', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const token = await issuer.sign({ sub: 'alice', sid: 's1', jti: 't1', team: { ids: [1, {}] } })
    const identity = await verifier.verify(token)
    expect(identity).toMatchObject({
      subject: 'alice',
      sessionId: 's1',
      tokenId: 't1',
      issuer: 'https://issuer.test',
      audience: 'https://api.test',
    })
    expect(identity.expiresAt - identity.issuedAt).toBe(900)
    expect(Object.isFrozen(identity)).toBe(true)
    const team = identity.claims.team as { ids: [number, object] }
    const within = [identity.claims, team, team.ids, team.ids[1]]
    expect(within.map((value) => Object.isFrozen(value))).toEqual([true, true, true, true])
    expect(await verifier.verify(token)).toBe(identity)
  })

  it('judges time anew for a remembered token', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const issuer = await createTestIssuer({ now: () => now })
    const verifier = createVerifier(issuer.options)
    const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 60 })
    await verifier.verify(token)
    now += 64_999
    await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'alice' })
    now += 1
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: 'token_expired',
      status: 401,
    })
    expect(verifier.stats().cache).toMatchObject({ hits: 2, misses: 1 })
  })

  it('remembers no signature that was not good', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const token = await issuer.sign({ sub: 'alice' })
    const forged = `${token.slice(0, -4)}AAAA`
    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'signature_invalid' })
    expect(verifier.stats()).toMatchObject({
      cache: { size: 0 },
      refused: { signature_invalid: 1 },
    })
  })

  it('checks a bad signature once, and again where the key has changed', async () => {
    let time = Date.now()
    const issuer = await createTestIssuer({ now: () => time })
    const verifier = createVerifier(issuer.options)
    const { keyId } = issuer
    const other = await createTestIssuer({ now: () => time })
    const token = await other.sign({ sub: 'alice' }, { header: { kid: keyId }, expiresIn: 7200 })
    const readFound = async () => {
      const { error, steps } = await verifier.explain(token)
      const found = steps.find(({ check }) => check === 'signature')?.found
      return [error?.code ?? 'accepted', found]
    }
    expect(await readFound()).toEqual(['signature_invalid', 'checked'])
    expect(await readFound()).toEqual(['signature_invalid', 'remembered'])
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'signature_invalid' })
    expect(verifier.stats()).toMatchObject({ accepted: 0, cache: { size: 0 } })
    issuer.publish([{ ...other.jwks.keys[0], kid: keyId }])
    time += 3_600_000
    expect(await readFound()).toEqual(['accepted', 'checked'])
    expect(await readFound()).toEqual(['accepted', 'remembered'])
    verifier.close()
  })

  it('refuses a bad signature that it has seen at once, and asks again where the key has changed', async () => {
    actAsInProduction()
    let time = Date.now()
    const issuer = await createTestIssuer({ now: () => time })
    const verifier = createVerifier(issuer.options)
    const { keyId } = issuer
    const other = await createTestIssuer({ now: () => time })
    const token = await other.sign({ sub: 'alice' }, { header: { kid: keyId }, expiresIn: 7200 })
    const source = { rawHeaders: ['Authorization', `Bearer ${token}`] }
    const refusal = { code: 'signature_invalid', status: 401 }
    await expect(verifier.judge(source)).rejects.toMatchObject(refusal)
    expect(() => verifier.judge(source)).toThrow(expect.objectContaining(refusal))
    expect(verifier.stats()).toMatchObject({
      cache: { hits: 0, misses: 2 },
      refused: { signature_invalid: 2 },
    })
    time += 3_600_000
    await expect(verifier.judge(source)).rejects.toMatchObject(refusal)
    issuer.publish([{ ...other.jwks.keys[0], kid: keyId }])
    time += 3_600_000
    expect(await verifier.judge(source)).toMatchObject({ subject: 'alice' })
    verifier.close()
  })

  it('remembers nothing where it is told so', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier({ ...issuer.options, cacheSize: 0 })
    const token = await issuer.sign({ sub: 'alice' })
    for (const text of [token, token, `${token.slice(0, -4)}AAAA`, `${token.slice(0, -4)}AAAA`]) {
      const { steps } = await verifier.explain(text)
      expect(steps).toContainEqual(
        expect.objectContaining({ check: 'signature', found: 'checked' }),
      )
    }
  })

  it('counts the tokens that had to wait for the issuer, and one of a known key waits for nobody', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    await verifier.verify(await issuer.sign({ sub: 'alice' }))
    expect(verifier.stats().keys[0]?.waited).toBe(1)
    for (let count = 0; count < 20; count += 1) {
      await verifier.verify(await issuer.sign({ sub: 'alice', jti: String(count) }))
    }
    expect(verifier.stats()).toMatchObject({ accepted: 21, keys: [{ waited: 1 }] })
  })

  it('bounds its memory, whatever comes', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier({ ...issuer.options, cacheSize: 20 })
    for (let count = 0; count < 200; count += 1) {
      await verifier.verify(await issuer.sign({ sub: 'alice', jti: String(count) }))
    }
    expect(verifier.stats().cache.size).toBeLessThanOrEqual(20)
  })

  it('asks for a session id where that is required', async () => {
    const issuer = await createTestIssuer()
    const strict = createVerifier({ ...issuer.options, requireSid: true })
    const without = await issuer.sign({ sub: 'alice' })
    await expect(strict.verify(without)).rejects.toMatchObject({ code: 'claim_invalid' })
    const withSession = await issuer.sign({ sub: 'alice', sid: 's1' })
    await expect(strict.verify(withSession)).resolves.toMatchObject({ sessionId: 's1' })
  })
})

describe('several issuers', () => {
  async function createPair() {
    const one = await createTestIssuer({ issuer: 'https://one.test' })
    const two = await createTestIssuer({ issuer: 'https://two.test', algorithm: 'RS256' })
    const fetch: typeof globalThis.fetch = (input, init) =>
      String(input).startsWith('https://one.test') ? one.fetch(input, init) : two.fetch(input, init)
    const verifier = createVerifier({ issuers: [one.options, two.options], fetch })
    return { one, two, verifier }
  }

  it('are each verified with their own keys', async () => {
    const { one, two, verifier } = await createPair()
    await expect(verifier.verify(await one.sign({ sub: 'a' }))).resolves.toMatchObject({
      issuer: 'https://one.test',
    })
    await expect(verifier.verify(await two.sign({ sub: 'a' }))).resolves.toMatchObject({
      issuer: 'https://two.test',
    })
  })

  it('cannot speak for each other', async () => {
    const { one, two, verifier } = await createPair()
    const header = { kid: two.keyId }
    const posing = await one.sign({ sub: 'a', iss: 'https://two.test' }, { header })
    await expect(verifier.verify(posing)).rejects.toMatchObject({ code: 'algorithm_not_allowed' })
    const swapped = await one.sign({ sub: 'a', iss: 'https://two.test' })
    await expect(verifier.verify(swapped)).rejects.toMatchObject({ status: 401 })
  })

  it.each([undefined, 'https://three.test', ['https://one.test'], 1])(
    'do not include %j',
    async (iss) => {
      const { one, verifier } = await createPair()
      const token = await one.sign({ sub: 'a', iss })
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'issuer_mismatch' })
      expect(one.requests).toBe(0)
    },
  )
})

describe('explain', () => {
  async function stepsOf(verifier: Verifier, token: string) {
    const { steps, error, identity } = await verifier.explain(token)
    return {
      checks: steps.map(({ check, outcome }) => `${check}: ${outcome}`),
      steps,
      error,
      identity,
    }
  }

  it('lists every check of an accepted token in order, with kinds and times', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const { checks, steps, identity } = await stepsOf(verifier, await issuer.sign({ sub: 'alice' }))
    expect(identity?.subject).toBe('alice')
    expect(checks.at(0)).toBe('size: passed')
    expect(checks).toContain('signature: passed')
    expect(checks.indexOf('signature: passed')).toBeLessThan(checks.indexOf('issuer: passed'))
    expect(checks.at(-1)).toBe('lifetime: passed')
    expect(steps.find(({ check }) => check === 'subject')?.found).toBe('string')
    expect(steps.every(({ milliseconds }) => milliseconds >= 0)).toBe(true)
    expect(JSON.stringify(steps)).not.toContain('alice')
  })

  it('ends with the check that refused, and comes to the same verdict as verify', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const token = await issuer.sign({ sub: 'alice', aud: 'https://other.test' })
    const { checks, error } = await stepsOf(verifier, token)
    expect(checks.at(-1)).toBe('audience: refused')
    expect(error?.code).toBe('audience_mismatch')
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'audience_mismatch' })
  })

  it('names what shows that a token was issued to a program', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const header = { typ: 'at+jwt' }
    for (const [token, found] of [
      [await issuer.sign({ sub: 'alice', client_id: 'a-program' }), 'client_id'],
      [await issuer.sign({ sub: 'alice' }, { header }), 'typ'],
    ] as const) {
      const { steps, error } = await stepsOf(verifier, token)
      expect(steps.at(-1)).toMatchObject({ check: 'delegation', outcome: 'refused', found })
      expect(error?.code).toBe('delegation_not_allowed')
    }
    const { steps } = await stepsOf(verifier, await issuer.sign({ sub: 'alice' }))
    expect(steps.find(({ check }) => check === 'delegation')?.found).toBe('absent')
  })

  it('says what could not be checked', async () => {
    const issuer = await createTestIssuer()
    issuer.misbehave('refuse')
    const { checks, error } = await stepsOf(
      createVerifier(issuer.options),
      await issuer.sign({ sub: 'alice' }),
    )
    expect(checks.at(-1)).toBe('key: unavailable')
    expect(error?.status).toBe(503)
  })

  it('counts like verify, because it decides like verify', async () => {
    const issuer = await createTestIssuer()
    const events: object[] = []
    const verifier = createVerifier({ ...issuer.options, on: (event) => events.push(event) })
    await verifier.explain(await issuer.sign({ sub: 'alice' }))
    await verifier.explain(await issuer.sign({ sub: 'alice' }, { expiresIn: -60 }))
    expect(verifier.stats()).toMatchObject({ accepted: 1, refused: { token_expired: 1 } })
    expect(events).toContainEqual({ type: 'token_refused', code: 'token_expired' })
  })

  it('shows that a signature was remembered', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier(issuer.options)
    const token = await issuer.sign({ sub: 'alice' })
    await verifier.verify(token)
    const { steps } = await verifier.explain(token)
    expect(steps[0]).toMatchObject({ check: 'signature', found: 'remembered' })
  })
})

describe('judge', () => {
  it('gives or throws at once where nothing has to be waited for, and a promise where it has', async () => {
    actAsInProduction()
    let now = Date.now()
    const issuer = await createTestIssuer({ now: () => now })
    const verifier = createVerifier(issuer.options)
    const token = await issuer.sign({ sub: 'alice' }, { expiresIn: 10 })
    const bearer = (text: string) => new Headers({ Authorization: `Bearer ${text}` })
    const first = verifier.judge(bearer(token))
    expect(first).toBeInstanceOf(Promise)
    const identity = await first
    expect(verifier.judge(bearer(token))).toBe(identity)
    expect(() => verifier.judge(new Headers())).toThrow(/bearer token/)
    await expect(verifier.judge(bearer('a.b.c'))).rejects.toMatchObject({ code: 'token_malformed' })
    now += 20_000
    expect(() => verifier.judge(bearer(token))).toThrow(/expired/)
    expect(verifier.stats().refused).toEqual({
      token_missing: 1,
      token_malformed: 1,
      token_expired: 1,
    })
  })
})

describe('events', () => {
  it('tell refusals by code, without anything of the token', async () => {
    const issuer = await createTestIssuer()
    const events: object[] = []
    const verifier = createVerifier({ ...issuer.options, on: (event) => events.push(event) })
    const token = await issuer.sign({ sub: 'secret-subject' }, { expiresIn: -60 })
    await verifier.verify(token).catch(() => undefined)
    await verifier.authenticate(new Headers()).catch(() => undefined)
    expect(events).toContainEqual({ type: 'token_refused', code: 'token_expired' })
    expect(events).toContainEqual({ type: 'token_refused', code: 'token_missing' })
    expect(JSON.stringify(events)).not.toContain('secret-subject')
  })

  it('do not decide over requests when the listener fails', async () => {
    const issuer = await createTestIssuer()
    const verifier = createVerifier({
      ...issuer.options,
      on: () => {
        throw new Error('The listener failed')
      },
    })
    await expect(verifier.verify(await issuer.sign({ sub: 'alice' }))).resolves.toBeDefined()
  })
})
