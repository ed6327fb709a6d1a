/** Nothing that was made out of good tokens by changing them is accepted. */
import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { AuthError, createVerifier } from '../src/index.js'
import { createTestIssuer } from '../src/testing/index.js'

/** Changes a token; the good tokens are at hand to borrow from. */
type Mutation = (token: string, good: readonly string[]) => string

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const part = fc.integer({ min: 0, max: 2 })
const character = fc.oneof(
  fc.constantFrom(...'AZaz09-_=+/. ~%"\t\xa0'),
  fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
)

const textMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, character).map(
    ([at, value]): Mutation =>
      (token) =>
        splice(token, at, 1, value),
  ),
  fc.tuple(place, character).map(
    ([at, value]): Mutation =>
      (token) =>
        splice(token, at, 0, value),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 100 })).map(
    ([at, length]): Mutation =>
      (token) =>
        splice(token, at, length, ''),
  ),
  fc.tuple(place, place, fc.integer({ min: 1, max: 40 })).map(
    ([from, to, length]): Mutation =>
      (token) =>
        splice(token, to, 0, token.slice(toIndex(token, from), toIndex(token, from) + length)),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Mutation =>
      (token) =>
        token.slice(toIndex(token, Math.min(from, to)), toIndex(token, Math.max(from, to))),
  ),
  place.map(
    (at): Mutation =>
      (token) =>
        splice(token, at, 1, swapCase(token.charAt(toIndex(token, at)))),
  ),
)

const partMutation: fc.Arbitrary<Mutation> = fc.oneof(
  // What lenient decoders read alike: other bits at the end that are dropped, and padding.
  fc.tuple(part, fc.base64String({ minLength: 4, maxLength: 4 })).map(
    ([index, [last = '']]): Mutation =>
      (token) =>
        changePart(token, index, (text) => text.slice(0, -1) + last),
  ),
  fc.tuple(part, fc.constantFrom('=', '==', '\n', ' ')).map(
    ([index, end]): Mutation =>
      (token) =>
        changePart(token, index, (text) => text + end),
  ),
  fc.tuple(part, part, fc.integer({ min: 0, max: 3 })).map(
    ([to, from, which]): Mutation =>
      (token, good) =>
        changePart(token, to, () => (good[which] ?? '').split('.')[from] ?? ''),
  ),
  fc.tuple(part, place, fc.integer({ min: 1, max: 255 })).map(
    ([index, at, mask]): Mutation =>
      (token) =>
        changeBytes(token, index, (bytes) => {
          const position = Math.floor(at * bytes.length)
          return bytes.map((byte, other) => (other === position ? byte ^ mask : byte))
        }),
  ),
  fc.tuple(part, fc.uint8Array({ maxLength: 4 })).map(
    ([index, extra]): Mutation =>
      (token) =>
        changeBytes(token, index, (bytes) => Uint8Array.from([...bytes, ...extra])),
  ),
  fc.tuple(part, fc.constantFrom('base64', 'hex', 'latin1', 'utf8')).map(
    ([index, encoding]): Mutation =>
      (token) =>
        changePart(token, index, (text) =>
          Buffer.from(text, 'base64url').toString(encoding as BufferEncoding),
        ),
  ),
  fc.tuple(part, fc.constantFrom(' ', '\t', 2)).map(
    ([index, space]): Mutation =>
      (token) =>
        changeJson(token, index, (value) => JSON.stringify(value, null, space)),
  ),
  fc
    .tuple(
      part,
      fc.constantFrom('sub', 'exp', 'iss', 'aud', 'sid', 'alg', 'kid', 'typ', 'crit', 'x'),
      fc.jsonValue(),
    )
    .map(
      ([index, name, changed]): Mutation =>
        (token) =>
          changeJson(token, index, (value) => JSON.stringify({ ...value, [name]: changed })),
    ),
  fc.shuffledSubarray([0, 1, 2]).map(
    (order): Mutation =>
      (token) =>
        order.map((index) => token.split('.')[index]).join('.'),
  ),
)

const mutations = fc.array(fc.oneof(textMutation, partMutation), { minLength: 1, maxLength: 3 })

describe.each(['EdDSA', 'RS256'] as const)('a token signed with %s', (algorithm) => {
  it('is accepted as it is, and refused after any change', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const issuer = await createTestIssuer({ algorithm, now: () => now })
    const verifier = createVerifier(issuer.options)
    const good = await Promise.all(
      ['ada', 'eve', 'grace', 'joan'].map((sub) => issuer.sign({ sub }, { expiresIn: 86_400 })),
    )
    for (const token of good) await verifier.verify(token)

    await fc.assert(
      fc.asyncProperty(fc.nat(3), mutations, async (which, changes) => {
        // Time passes between requests, so that an unknown key id need not wait for its turn.
        now += 250
        const original = good[which] ?? ''
        const token = changes.reduce((text, change) => change(text, good), original)
        fc.pre(!good.includes(token))
        const verdict = await verifier.verify(token).catch((error: unknown) => error)
        expect(verdict).toBeInstanceOf(AuthError)
        expect(verdict).toMatchObject({ status: 401 })
        await expect(verifier.verify(original)).resolves.toBeDefined()
      }),
      { numRuns: inject('isLong') ? 3_000 : 600 },
    )
    verifier.close()
  })
})

function toIndex(text: string, at: number): number {
  return Math.floor(at * text.length)
}

function splice(text: string, at: number, remove: number, insert: string): string {
  const index = toIndex(text, at)
  return text.slice(0, index) + insert + text.slice(index + remove)
}

function swapCase(character: string): string {
  const lower = character.toLowerCase()
  return lower === character ? character.toUpperCase() : lower
}

function changePart(token: string, index: number, change: (text: string) => string): string {
  return token
    .split('.')
    .map((text, at) => (at === index ? change(text) : text))
    .join('.')
}

function changeBytes(
  token: string,
  index: number,
  change: (bytes: Uint8Array) => Uint8Array,
): string {
  return changePart(token, index, (text) =>
    Buffer.from(change(Buffer.from(text, 'base64url'))).toString('base64url'),
  )
}

/** Leaves a part alone that is no JSON object, such as the signature. */
function changeJson(token: string, index: number, write: (value: object) => string): string {
  return changePart(token, index, (text) => {
    try {
      const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
      return typeof value === 'object' && value !== null
        ? Buffer.from(write(value)).toString('base64url')
        : text
    } catch {
      return text
    }
  })
}
