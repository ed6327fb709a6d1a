/** Keys in the issuer's own key set that were never meant to verify tokens, or that are not the issuer's alone. */
import { base64url, type JWK } from 'jose'
import type { Algorithm } from '../../contract.js'
import { type Draft, defineCases, type KeySetMeans } from './case.js'
import { refusals } from './refusals.js'

const category = 'key set: keys'
const needs = 'the key set'
const expected = refusals.keyUnknown

/** The published form of a second key of the issuer, spoilt in one way. Tokens are signed with that key. */
const spoilt: readonly (readonly [
  id: string,
  says: string,
  source: string,
  spoil: (key: JWK) => unknown,
  only?: Algorithm,
])[] = [
  ['use-enc', 'is for encryption', 'RFC 7517 §4.2', (key) => ({ ...key, use: 'enc' })],
  ['use-empty', 'is for nothing', 'RFC 7517 §4.2', (key) => ({ ...key, use: '' })],
  ['use-array', 'has its use in an array', 'RFC 7517 §4.2', (key) => ({ ...key, use: ['sig'] })],
  ['key-ops', 'may not verify', 'RFC 7517 §4.3', (key) => ({ ...key, key_ops: ['encrypt'] })],
  ['key-ops-sign', 'may only sign', 'RFC 7517 §4.3', (key) => ({ ...key, key_ops: ['sign'] })],
  ['key-ops-empty', 'may do nothing', 'RFC 7517 §4.3', (key) => ({ ...key, key_ops: [] })],
  ['alg-none', 'is for "none"', 'RFC 7517 §4.4', (key) => ({ ...key, alg: 'none' })],
  ['alg-other', 'is for another algorithm', 'RFC 7517 §4.4', (key) => ({ ...key, alg: 'ES256' })],
  ['alg-rs512', 'is for a longer hash', 'RFC 7517 §4.4', (key) => ({ ...key, alg: 'RS512' })],
  ['alg-hmac', 'is for shared secrets', 'RFC 7517 §4.4', (key) => ({ ...key, alg: 'HS256' })],
  ['kty-missing', 'has no type', 'RFC 7517 §4.1', ({ kty: _, ...key }) => key],
  ['kty-ec', 'is of another type', 'RFC 7517 §4.1', (key) => ({ ...key, kty: 'EC' })],
  ['kty-case', 'has its type in lower case', 'RFC 7517 §4.1', lowerCaseType],
  ['kid-missing', 'has no id', 'RFC 7517 §4.5', ({ kid: _, ...key }) => key],
  ['kid-array', 'has its id in an array', 'RFC 7517 §4.5', (key) => ({ ...key, kid: [key.kid] })],
  ['in-array', 'is in an array of its own', 'RFC 7517 §5.1', (key) => [key]],
  ['in-string', 'is a string', 'RFC 7517 §5.1', (key) => JSON.stringify(key)],
  ['x25519', 'is for key agreement', 'RFC 8037 §2', (key) => ({ ...key, crv: 'X25519' }), 'EdDSA'],
  ['ed448', 'is of another curve', 'RFC 8037 §2', (key) => ({ ...key, crv: 'Ed448' }), 'EdDSA'],
  ['x-missing', 'has no point', 'RFC 8037 §2', ({ x: _, ...key }) => key, 'EdDSA'],
  ['x-short', 'has a point of 31 bytes', 'RFC 8037 §2', (key) => cut(key, 'x', -1), 'EdDSA'],
  ['x-padded', 'has a padded point', 'RFC 7515 §2', (key) => ({ ...key, x: `${key.x}=` }), 'EdDSA'],
  ['n-missing', 'has no modulus', 'RFC 7518 §6.3.1', ({ n: _, ...key }) => key, 'RS256'],
  ['n-short', 'has half a modulus', 'RFC 7518 §3.3', (key) => cut(key, 'n', 128), 'RS256'],
  ['n-even', 'has an even modulus', 'RFC 8017 §3.1', toEvenModulus, 'RS256'],
  ['n-huge', 'has a modulus of 16 384 bits', 'CWE-400', toHugeModulus, 'RS256'],
  ['e-missing', 'has no exponent', 'RFC 7518 §6.3.1', ({ e: _, ...key }) => key, 'RS256'],
  ['e-even', 'has an even exponent', 'RFC 8017 §3.1', (key) => ({ ...key, e: 'Ag' }), 'RS256'],
  [
    'e-huge',
    'has an exponent as long as its modulus',
    'CWE-400',
    (key) => ({ ...key, e: key.n }),
    'RS256',
  ],
]

const unfit = defineCases(
  { category, needs, expected, source: 'RFC 7517 §4', neighbour: signWithSecondKey },
  spoilt.map(
    ([id, says, source, spoil, only]): Draft<typeof needs> => ({
      id: `key-${id}`,
      says: `The key ${says}.`,
      source,
      ...(only !== undefined && { only }),
      hostile: (means) => signWithSecondKey(means, spoil),
    }),
  ),
)

const leaked = defineCases(
  { category, needs, expected, source: 'RFC 7517 §9.2', neighbour: signWithSecondKey },
  [
    {
      id: 'key-private',
      says: 'The private key is published, so anybody may have signed.',
      hostile: ({ second, jwks, claims, publish }) => {
        publish([...jwks.keys, second.privateJwk])
        return second.sign(claims)
      },
    },
    {
      id: 'key-symmetric',
      says: 'The key is a shared secret, published for everybody.',
      source: 'RFC 7518 §6.4',
      hostile: ({ attacker, algorithm, claims, jwks, publish }) => {
        publish([
          ...jwks.keys,
          { kty: 'oct', k: 'c2VjcmV0', kid: attacker.keyId, alg: algorithm, use: 'sig' },
        ])
        return attacker.sign(claims)
      },
    },
    {
      id: 'key-removed',
      says: 'The key was taken out of the set.',
      source: 'RFC 7517 §4.5',
      hostile: ({ second, publish, token }) => {
        publish([second.publicJwk])
        return token
      },
    },
    {
      id: 'key-same-id',
      says: 'A second key has the id of the first.',
      expected: refusals.signatureInvalid,
      source: 'RFC 7517 §4.5',
      hostile: ({ attacker, claims, jwks, keyId, publish }) => {
        publish([...jwks.keys, { ...attacker.publicJwk, kid: keyId }])
        return attacker.sign(claims, { kid: keyId })
      },
    },
    {
      id: 'key-swapped',
      says: 'A good signature of one key under the id of another.',
      expected: refusals.signatureInvalid,
      source: 'RFC 7515 §4.1.4',
      hostile: ({ second, claims, jwks, keyId, publish }) => {
        publish([...jwks.keys, second.publicJwk])
        return second.sign(claims, { kid: keyId })
      },
    },
    {
      id: 'key-none-fit',
      says: 'No key of the set is for signatures.',
      expected: refusals.keysUnavailable,
      source: 'RFC 7517 §4.2',
      hostile: ({ jwks, publish, token }) => {
        publish(jwks.keys.map((key) => ({ ...key, use: 'enc' })))
        return token
      },
    },
  ],
)

export const unfitKeyCases = [...unfit, ...leaked]

/** Publishes a second key, changed or as it is, and signs with it. */
export function signWithSecondKey(
  { second, claims, jwks, publish }: KeySetMeans,
  change: (key: JWK) => unknown = (key) => key,
): Promise<string> {
  publish([...jwks.keys, change(second.publicJwk)])
  return second.sign(claims)
}

function lowerCaseType(key: JWK): unknown {
  return { ...key, kty: key.kty?.toLowerCase() }
}

function cut(key: JWK, name: 'x' | 'n', end: number): unknown {
  return { ...key, [name]: base64url.encode(base64url.decode(key[name] ?? '').slice(0, end)) }
}

function toEvenModulus(key: JWK): unknown {
  const bytes = base64url.decode(key.n ?? '')
  return {
    ...key,
    n: base64url.encode(bytes.map((byte, index) => (index === 255 ? byte & 254 : byte))),
  }
}

function toHugeModulus(key: JWK): unknown {
  return { ...key, n: base64url.encode(new Uint8Array(2048).fill(255)) }
}
