/** Tokens of more than 8 192 characters: what costs much to look at is not looked at (CWE-770). */
import { type Draft, defineCases, type SigningMeans } from './case.js'
import { changePart } from './forge.js'
import { refusals } from './refusals.js'

const category = 'size'
const expected = refusals.tokenMalformed
const LONGEST = 8_192

const signed = defineCases(
  {
    category,
    needs: 'the signing key',
    expected,
    source: 'CWE-770',
    neighbour: async (means) => {
      const token = await signOfLength(means, LONGEST)
      return token.length > LONGEST ? signOfLength(means, LONGEST - 2) : token
    },
  },
  [
    {
      id: 'size-claims',
      says: 'A good token just over 8 192 characters, by a long claim.',
      hostile: (means) => signOfLength(means, LONGEST + 1),
    },
    {
      id: 'size-header',
      says: 'A good token over 8 192 characters, by a long header.',
      hostile: ({ sign }) => sign({}, { note: 'x'.repeat(6_200) }),
      neighbour: ({ sign }) => sign({}, { note: 'x'.repeat(5_000) }),
    },
    {
      id: 'size-many-claims',
      says: 'A good token over 8 192 characters, by a thousand claims.',
      hostile: ({ sign }) => sign(makeClaims(1_000)),
      neighbour: ({ sign }) => sign(makeClaims(400)),
    },
    {
      id: 'size-many-audiences',
      says: 'A good token over 8 192 characters, by a thousand audiences.',
      hostile: ({ sign, audience }) => sign({ aud: makeAudiences(audience, 1_000) }),
      neighbour: ({ sign, audience }) => sign({ aud: makeAudiences(audience, 400) }),
    },
    {
      id: 'size-deep',
      says: 'A good token over 8 192 characters, by brackets within brackets.',
      hostile: ({ sign }) => sign({ deep: nest(4_000) }),
      neighbour: ({ sign }) => sign({ deep: nest(15) }),
    },
  ],
)

const unsigned = defineCases({ category, needs: 'a good token', expected, source: 'CWE-770' }, [
  {
    id: 'size-signature',
    says: 'A signature of 9 000 characters.',
    hostile: ({ token }) => changePart(token, 'signature', (text) => text.padEnd(9_000, 'A')),
  },
  {
    id: 'size-one-letter',
    says: 'A single letter, 9 000 times.',
    hostile: () => 'A'.repeat(9_000),
  },
  {
    id: 'size-repeated',
    says: 'A good token, as often as it takes.',
    hostile: ({ token }) => token.repeat(Math.ceil(9_000 / token.length)),
  },
] satisfies readonly Draft<'a good token'>[])

export const sizeCases = [...signed, ...unsigned]

/** Signs a token of at least this length, and at most two characters more: not every length exists. */
async function signOfLength({ sign }: SigningMeans, length: number): Promise<string> {
  const missing = length - (await sign({ filler: '' })).length
  for (let size = Math.floor((missing * 3) / 4) - 4; ; size += 1) {
    const token = await sign({ filler: 'x'.repeat(size) })
    if (token.length >= length) return token
  }
}

function makeClaims(count: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, index]))
}

function makeAudiences(audience: string, count: number): string[] {
  return [...Array.from({ length: count }, (_, index) => `aud-${index}`), audience]
}

function nest(depth: number): unknown {
  let value: unknown = []
  for (let level = 1; level < depth; level += 1) value = [value]
  return value
}
