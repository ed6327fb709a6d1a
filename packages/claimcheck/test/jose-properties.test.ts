/** Whatever jose refuses, given the same expectations, is refused here as well. */
import fc from 'fast-check'
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, inject, it } from 'vitest'
import { AuthError, createVerifier } from '../src/index.js'
import { createTestIssuer } from '../src/testing/index.js'

/** Mostly nothing changes, so that tokens with a single fault, and with none, are common. */
function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

/** Numbers count from the clock. */
const time = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -1_000, max: 100_000 }),
  fc.double(),
  fc.jsonValue(),
)
const name = fc.oneof(
  fc.constantFrom('https://issuer.test', 'https://api.test', 'https://api.test/', ''),
  fc.array(fc.constantFrom('https://issuer.test', 'https://api.test', 'other'), { maxLength: 3 }),
  fc.jsonValue(),
)

const claimChanges = fc.record({
  iss: rarely(name),
  aud: rarely(name),
  exp: rarely(time),
  nbf: rarely(time),
  iat: rarely(time),
  sub: rarely(fc.jsonValue()),
  extra: rarely(fc.jsonValue()),
})

const headerChanges = fc.record({
  alg: rarely(fc.constantFrom('none', 'HS256', 'RS256', 'EdDSA', 'ES256', '', null)),
  kid: rarely(fc.oneof(fc.constantFrom('other', ''), fc.jsonValue())),
  typ: rarely(fc.constantFrom('JWT', 'at+jwt', 'JOSE', null)),
  crit: rarely(fc.oneof(fc.constantFrom(['b64'], ['exp'], []), fc.jsonValue())),
  b64: rarely(fc.boolean()),
  jwk: rarely(fc.jsonValue()),
  zip: rarely(fc.constant('DEF')),
})

const textChange = fc.oneof(
  { weight: 9, arbitrary: fc.constant((token: string) => token) },
  fc.nat(2_000).map((at) => (token: string) => flipAt(token, at)),
  fc.constantFrom('=', '.', ' ', 'A', '\n').map((end) => (token: string) => token + end),
)

const good = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: 'ada',
  iat: 0,
  exp: 900,
}

describe.each(['EdDSA', 'RS256'] as const)('with %s', (algorithm) => {
  it('jose never refuses what is accepted here', async () => {
    let now = 1_800_000_000
    const issuer = await createTestIssuer({ algorithm, now: () => now * 1_000 })
    const verifier = createVerifier(issuer.options)
    const published = createLocalJWKSet(issuer.jwks as JSONWebKeySet)
    const seen = { 'both accept': 0, 'both refuse': 0, 'jose accepts': 0 }

    await fc.assert(
      fc.asyncProperty(claimChanges, headerChanges, textChange, async (claims, header, change) => {
        // Time passes between requests, so that an unknown key id need not wait for its turn.
        now += 1
        const claimed = { ...good, ...defined(claims) }
        const token = change(
          await issuer.signText(
            JSON.stringify({ alg: algorithm, kid: issuer.keyId, ...defined(header) }),
            JSON.stringify(claimed, (name, value) =>
              isTime(name) && typeof value === 'number' ? now + value : value,
            ),
          ),
        )
        const theirs = await jwtVerify(token, published, {
          issuer: issuer.options.issuer,
          audience: issuer.options.audience,
          algorithms: [algorithm],
          clockTolerance: 5,
          currentDate: new Date(now * 1_000),
        }).then(() => true, isRefusalOfJose)
        const ours = await verifier.verify(token).then(() => true, isRefusal)
        if (!theirs) expect(ours).toBe(false)
        const outcome = ours ? 'both accept' : theirs ? 'jose accepts' : 'both refuse'
        seen[outcome] += 1
      }),
      { numRuns: inject('isLong') ? 2_000 : 400 },
    )
    verifier.close()
    // The property says nothing unless each of these was common.
    expect(seen['both accept']).toBeGreaterThan(40)
    expect(seen['both refuse']).toBeGreaterThan(120)
    expect(seen['jose accepts']).toBeGreaterThan(40)
  })
})

function isTime(name: string): boolean {
  return ['iat', 'nbf', 'exp'].includes(name)
}

/** JSON would leave these out only after they had hidden the good value. */
function defined(changes: object): object {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

function flipAt(token: string, at: number): string {
  const index = at % token.length
  const changed = token.charAt(index) === 'A' ? 'B' : 'A'
  return token.slice(0, index) + changed + token.slice(index + 1)
}

function isRefusal(error: unknown): false {
  if (error instanceof AuthError) return false
  throw error
}

/** Some texts make jose fail with an error of the language in place of its own. */
function isRefusalOfJose(error: unknown): false {
  const isKnown = error instanceof errors.JOSEError || error instanceof TypeError
  if (isKnown || error instanceof SyntaxError) return false
  throw error
}
