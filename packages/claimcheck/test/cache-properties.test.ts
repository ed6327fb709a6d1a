/** A memory of signatures must not be seen in any verdict: with and without it, the same histories end alike. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { advance, driveTime, endingOf, releaseTime } from '../src/_driven-time.js'
import { AuthError, createVerifier, type Verifier } from '../src/index.js'
import { createTestIssuer, type TestIssuer } from '../src/testing/index.js'

beforeEach(() => {
  driveTime()
  // Without chance in the refresh times, two verifiers that need the same keys ask at the same times.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(releaseTime)

type Step =
  | { readonly do: 'sign'; readonly lifetime: number; readonly nbf: number | undefined }
  | { readonly do: 'tamper'; readonly which: number }
  | { readonly do: 'verify'; readonly which: number }
  | { readonly do: 'pass'; readonly milliseconds: number }
  | { readonly do: 'rotate' }
  | { readonly do: 'revoke'; readonly which: number }
  | { readonly do: 'replace' }
  | { readonly do: 'fail'; readonly how: '500' | 'refuse' | 'empty' | null }

const usual = [
  'accepted',
  'key_unknown',
  'keys_unavailable',
  'signature_invalid',
  'token_expired',
  'token_not_yet_valid',
]

const which = fc.nat(20)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sign' as const),
      lifetime: fc.constantFrom(1, 30, 120, 900, 86_400, 86_401),
      nbf: fc.constantFrom(undefined, undefined, undefined, 0, 20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tamper' as const), which }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('verify' as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      milliseconds: fc.constantFrom(1, 250, 1_000, 5_000, 30_000, 66_000, 600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      how: fc.constantFrom('500' as const, 'refuse' as const, 'empty' as const, null, null),
    }),
  },
)

describe('a verifier with a memory', () => {
  it('says what one without says, whatever happened before', async () => {
    const seen = new Map<string, number>()
    let remembered = 0

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const issuer = await createTestIssuer()
        // Two places only, so that tokens are pushed out and come back as well.
        const verifiers = [10_000, 2, 0].map((cacheSize) =>
          createVerifier({ ...issuer.options, staleIfError: 300_000, cacheSize }),
        )
        const tokens = [await issuer.sign({ sub: 'first' })]
        for (const next of steps) {
          if (next.do !== 'verify') {
            await take(next, issuer, tokens)
            continue
          }
          const token = tokens[next.which % tokens.length] ?? ''
          const verdicts = await judge(verifiers, token)
          expect(new Set(verdicts).size, verdicts.join('\n')).toBe(1)
          const code = verdicts[0]?.startsWith('{') ? 'accepted' : String(verdicts[0])
          seen.set(code, (seen.get(code) ?? 0) + 1)
        }
        remembered += verifiers[0]?.stats().cache.hits ?? 0
        expect(verifiers[2]?.stats().cache).toMatchObject({ hits: 0, size: 0 })
        for (const verifier of verifiers) verifier.close()
      }),
      { numRuns: 60 },
    )
    // The property says nothing unless the memory was used and every way to end was met.
    expect(remembered).toBeGreaterThan(50)
    for (const code of usual) expect(seen.get(code), code).toBeGreaterThan(0)
  }, 120_000)
})

/** The three verdicts at the same moment: the whole identity, or the code of the refusal. */
async function judge(verifiers: readonly Verifier[], token: string): Promise<string[]> {
  const verdicts = Promise.all(
    verifiers.map((verifier) =>
      verifier.verify(token).then(JSON.stringify, (error: unknown) => {
        if (error instanceof AuthError) return error.code
        throw error
      }),
    ),
  )
  await endingOf(verdicts)
  return verdicts
}

async function take(
  next: Exclude<Step, { do: 'verify' }>,
  issuer: TestIssuer,
  tokens: string[],
): Promise<void> {
  if (next.do === 'sign') {
    const nbf = next.nbf === undefined ? undefined : Math.floor(Date.now() / 1_000) + next.nbf
    const sub = `person-${tokens.length}`
    tokens.push(await issuer.sign({ sub, nbf }, { expiresIn: next.lifetime }))
  } else if (next.do === 'tamper') {
    const token = tokens[next.which % tokens.length] ?? ''
    tokens.push(token.slice(0, -8) + [...token.slice(-8)].reverse().join(''))
  } else if (next.do === 'pass') await advance(next.milliseconds, next.milliseconds / 4)
  else if (next.do === 'rotate') await issuer.rotate()
  else if (next.do === 'revoke') {
    const { keys } = issuer.jwks
    issuer.revoke(keys[next.which % Math.max(keys.length, 1)]?.kid)
  } else if (next.do === 'replace') await replaceMaterial(issuer)
  else issuer.misbehave(next.how)
}

/** Publishes other keys under the ids that are known. */
async function replaceMaterial(issuer: TestIssuer): Promise<void> {
  const other = await createTestIssuer()
  issuer.publish(issuer.jwks.keys.map(({ kid }) => ({ ...other.jwks.keys[0], kid })))
}
