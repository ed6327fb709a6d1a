/** Signatures that are not the issuer's over this text, or not in the one form they may have. */
import { base64url } from 'jose'
import { defineCases, type SigningMeans } from './case.js'
import { addOrder, neutralSignature, replaceByOrder } from './ed25519.js'
import { changePart, changeSignature, readPublishedKey } from './forge.js'
import { refusals } from './refusals.js'
import { addModulus } from './rsa.js'

const category = 'signature'
const expected = refusals.signatureInvalid

const foreign = defineCases({ category, needs: 'nothing', expected, source: 'RFC 7515 §5.2' }, [
  {
    id: 'signature-foreign',
    says: "The attacker's signature under the issuer's key id.",
    hostile: ({ attacker, claims, keyId }) => attacker.sign(claims, { kid: keyId }),
  },
  {
    id: 'signature-guessed',
    says: 'A signature of zeros.',
    hostile: async ({ attacker, claims, keyId }) =>
      changeSignature(await attacker.sign(claims, { kid: keyId }), (bytes) => bytes.fill(0)),
  },
])

const changed = defineCases(
  { category, needs: 'a good token', expected, source: 'RFC 7515 §5.2' },
  [
    {
      id: 'signature-first-bit',
      says: 'A bit flipped in the first byte.',
      hostile: ({ token }) => changeSignature(token, (bytes) => flip(bytes, 0)),
    },
    {
      id: 'signature-last-bit',
      says: 'A bit flipped in the last byte.',
      hostile: ({ token }) => changeSignature(token, (bytes) => flip(bytes, bytes.length - 1)),
    },
    {
      id: 'signature-short',
      says: 'The last byte missing.',
      hostile: ({ token }) => changeSignature(token, (bytes) => bytes.slice(0, -1)),
    },
    {
      id: 'signature-long',
      says: 'A byte too many.',
      hostile: ({ token }) => changeSignature(token, (bytes) => new Uint8Array([...bytes, 0])),
    },
    {
      id: 'signature-leading-zero',
      says: 'A zero byte in front.',
      hostile: ({ token }) => changeSignature(token, (bytes) => new Uint8Array([0, ...bytes])),
    },
    {
      id: 'signature-half',
      says: 'The first half alone.',
      hostile: ({ token }) => changeSignature(token, (bytes) => bytes.slice(0, bytes.length / 2)),
    },
    {
      id: 'signature-reversed',
      says: 'The bytes in reverse order.',
      hostile: ({ token }) => changeSignature(token, (bytes) => bytes.toReversed()),
    },
    {
      id: 'signature-halves-swapped',
      says: 'The halves in reverse order.',
      hostile: ({ token }) =>
        changeSignature(token, (bytes) => {
          const middle = bytes.length / 2
          return new Uint8Array([...bytes.subarray(middle), ...bytes.subarray(0, middle)])
        }),
    },
    {
      id: 'signature-hexadecimal',
      says: 'The signature as the text of its hexadecimal digits.',
      hostile: ({ token }) =>
        changeSignature(token, (bytes) =>
          new TextEncoder().encode(Array.from(bytes, toHex).join('')),
        ),
    },
    {
      id: 'signature-other-payload',
      says: 'The claims changed under a good signature.',
      hostile: ({ token, claims }) =>
        changePart(token, 'payload', () =>
          base64url.encode(JSON.stringify({ ...claims, sub: 'eve' })),
        ),
    },
    {
      id: 'signature-longer-life',
      says: 'The expiry moved under a good signature.',
      hostile: ({ token, claims, now }) =>
        changePart(token, 'payload', () =>
          base64url.encode(JSON.stringify({ ...claims, exp: now + 3_600 })),
        ),
    },
    {
      id: 'signature-same-claims-respelt',
      says: 'The same claims with a space between them, under a good signature.',
      hostile: ({ token, claims }) =>
        changePart(token, 'payload', () =>
          base64url.encode(JSON.stringify(claims).replace(',', ', ')),
        ),
    },
    {
      id: 'signature-other-header',
      says: 'A parameter added to the header under a good signature.',
      hostile: ({ token, header }) =>
        changePart(token, 'header', () =>
          base64url.encode(JSON.stringify({ ...header, typ: 'JWT' })),
        ),
    },
  ],
)

const borrowed = defineCases(
  {
    category,
    needs: 'the signing key',
    expected,
    source: 'RFC 7515 §5.2',
    neighbour: ({ sign }) => sign({ jti: 'token-2' }),
  },
  [
    {
      id: 'signature-borrowed',
      says: 'A good signature of another token.',
      hostile: async ({ token, sign }) => {
        const other = await sign({ jti: 'token-2' })
        return changePart(token, 'signature', () => other.slice(other.lastIndexOf('.') + 1))
      },
    },
    {
      id: 'signature-borrowed-payload',
      says: 'The claims of one good token in another.',
      hostile: async ({ token, sign }) => {
        const other = await sign({ jti: 'token-2' })
        return changePart(token, 'payload', () => other.split('.')[1] ?? '')
      },
    },
  ],
)

const ed25519 = defineCases(
  { category, needs: 'a good token', only: 'EdDSA', expected, source: 'RFC 8032 §5.1.7, §8.4' },
  [
    {
      id: 'signature-order-added',
      says: 'The group order added to S, which makes a second signature out of a good one.',
      hostile: ({ token }) => changeSignature(token, addOrder),
    },
    {
      id: 'signature-order',
      says: 'The group order for S.',
      hostile: ({ token }) => changeSignature(token, replaceByOrder),
    },
    {
      id: 'signature-neutral',
      says: 'The neutral point for R and zero for S.',
      source: 'Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, 2020',
      hostile: ({ token }) => changeSignature(token, () => neutralSignature),
    },
    {
      id: 'signature-respelt-point',
      says: 'A spelling of the neutral point for R that is not allowed.',
      source: 'RFC 8032 §5.1.3',
      hostile: ({ token }) =>
        changeSignature(token, () => {
          const bytes = neutralSignature.slice().fill(0xff, 1, 32)
          bytes[0] = 0xee
          bytes[31] = 0x7f
          return bytes
        }),
    },
    {
      id: 'signature-top-bits',
      says: 'The three highest bits of S set, which some verifiers leave out.',
      hostile: ({ token }) =>
        changeSignature(token, (bytes) => {
          bytes[63] = (bytes[63] ?? 0) | 0xe0
          return bytes
        }),
    },
  ],
)

const rsa = defineCases(
  {
    category,
    needs: 'the signing key',
    only: 'RS256',
    expected,
    source: 'RFC 8017 §8.2.2',
    neighbour: ({ sign }) => sign({ jti: 'token-2' }),
  },
  [
    {
      id: 'signature-modulus-added',
      says: 'The modulus added, which makes a second signature out of a good one.',
      hostile: addModulusToOne,
    },
    {
      id: 'signature-one',
      says: 'The number 1, whose power is 1 under every exponent.',
      hostile: ({ token }) => changeSignature(token, (bytes) => bytes.fill(0).fill(1, -1)),
    },
  ],
)

export const signatureCases = [...foreign, ...changed, ...borrowed, ...ed25519, ...rsa]

/** Signs tokens that differ in their id until a signature leaves room for the modulus. */
async function addModulusToOne(means: SigningMeans): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const token = await means.sign({ jti: `token-${attempt}` })
    const text = token.slice(token.lastIndexOf('.') + 1)
    const sum = addModulus(base64url.decode(text), readPublishedKey(means))
    if (sum !== null) return changeSignature(token, () => sum)
  }
}

function flip(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))
}

function toHex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
