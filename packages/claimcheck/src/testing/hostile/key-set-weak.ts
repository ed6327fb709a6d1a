/** Keys in the issuer's own key set under which forgeries verify, or might (RFC 8725 §3.4). */
import { base64url, type JWK } from 'jose'
import { type Draft, defineCases, type KeySetMeans } from './case.js'
import { signForSmallOrder, smallOrderPoints, toSmallOrderKey } from './ed25519.js'
import { changePart } from './forge.js'
import { signWithSecondKey } from './key-set-unfit.js'
import { refusals } from './refusals.js'
import { createRocaKey, signForExponentOne, signWithPrivateKey, toExponentOne } from './rsa.js'

const category = 'key set: keys'
const needs = 'the key set'
const expected = refusals.keyUnknown

const smallOrder = defineCases(
  {
    category,
    needs,
    expected,
    only: 'EdDSA',
    source: 'RFC 8725 §3.4; Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, 2020',
    neighbour: signWithSecondKey,
  },
  smallOrderPoints.map(
    ([id, hex]): Draft<typeof needs> => ({
      id: `key-${id}`,
      says: `The key is a point of small order (${id.replaceAll('-', ' ')}), under which anybody can sign.`,
      hostile: ({ jwks, header, claims, publish }) => {
        const weak = toSmallOrderKey(hex, 'weak')
        publish([...jwks.keys, weak])
        return signForSmallOrder(weak, { ...header, kid: 'weak' }, claims)
      },
    }),
  ),
)

const weakRsa = defineCases(
  {
    category,
    needs,
    expected,
    only: 'RS256',
    source: 'RFC 7518 §3.3',
    neighbour: signWithSecondKey,
  },
  [
    {
      id: 'key-exponent-1',
      says: 'The exponent is 1, under which anybody can sign.',
      source: 'RFC 8017 §3.1',
      hostile: ({ attacker, jwks, header, claims, publish }) => {
        publish([...jwks.keys, toExponentOne(attacker.publicJwk)])
        return signForExponentOne(256, { ...header, kid: attacker.keyId }, claims)
      },
    },
    {
      id: 'key-exponent-1-respelt',
      says: 'The exponent is 1 with zeros in front, under which anybody can sign.',
      source: 'RFC 7518 §6.3.1.2',
      hostile: ({ attacker, jwks, header, claims, publish }) => {
        publish([...jwks.keys, { ...attacker.publicJwk, e: 'AAAB' }])
        return signForExponentOne(256, { ...header, kid: attacker.keyId }, claims)
      },
    },
    {
      id: 'key-exponent-3',
      says: 'The exponent is 3, under which careless verifiers took forgeries.',
      source: 'CVE-2006-4339',
      hostile: (means) => signWithWeakKey(means, 2048, [3]),
    },
    {
      id: 'key-exponent-17',
      says: 'The exponent is 17.',
      source: 'FIPS 186-5 §A.1.1',
      hostile: (means) => signWithWeakKey(means, 2048, [17]),
    },
    {
      id: 'key-1024-bits',
      says: 'The modulus has 1 024 bits.',
      hostile: (means) => signWithWeakKey(means, 1024, [1, 0, 1]),
    },
    {
      id: 'key-2040-bits',
      says: 'The modulus has 2 040 bits.',
      hostile: (means) => signWithWeakKey(means, 2040, [1, 0, 1]),
    },
    {
      id: 'key-roca',
      says: 'The primes are of a kind that can be found from the modulus.',
      source: 'CVE-2017-15361',
      hostile: ({ header, claims, jwks, publish }) => {
        const { publicJwk, privateJwk } = createRocaKey()
        publish([...jwks.keys, publicJwk])
        return signWithPrivateKey(privateJwk, { ...header, kid: publicJwk.kid }, claims)
      },
    },
    {
      id: 'key-pss-signature',
      says: 'A good signature of the right key in the other padding.',
      expected: refusals.signatureInvalid,
      source: 'RFC 7518 §3.5',
      hostile: async (means) =>
        signAgainAsPss(await signWithSecondKey(means), means.second.privateJwk),
    },
  ],
)

export const weakKeyCases = [...smallOrder, ...weakRsa]

async function signWithWeakKey(
  { createSigner, claims, jwks, publish }: KeySetMeans,
  modulusLength: number,
  publicExponent: readonly number[],
): Promise<string> {
  const weak = await createSigner('RS256', {
    modulusLength,
    publicExponent: new Uint8Array(publicExponent),
  })
  publish([...jwks.keys, weak.publicJwk])
  return weak.sign(claims)
}

async function signAgainAsPss(token: string, { alg: _, use: __, ...jwk }: JWK): Promise<string> {
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
  const text = new TextEncoder().encode(token.slice(0, token.lastIndexOf('.')))
  const signature = await crypto.subtle.sign(algorithm, key, text)
  return changePart(token, 'signature', () => base64url.encode(new Uint8Array(signature)))
}
