/** What can be done to RSA signatures and keys without a secret (RFC 8017 §8.2). */
import { base64url, type JWK } from 'jose'
import { assemble } from './forge.js'

/** The same signature with the modulus added: equal in the ring, another text; null where it would be too long. */
export function addModulus(signature: Uint8Array, { n = '' }: JWK): Uint8Array | null {
  const sum = readNumber(signature) + readNumber(base64url.decode(n))
  return sum < 1n << BigInt(8 * signature.length) ? writeNumber(sum, signature.length) : null
}

/** The key with the exponent 1, under which every padded text is its own signature. */
export function toExponentOne(key: JWK): JWK {
  return { ...key, e: base64url.encode(new Uint8Array([1])) }
}

/** A token that verifies under any modulus of this length when the exponent is 1. */
export async function signForExponentOne(
  length: number,
  header: object,
  claims: object,
): Promise<string> {
  const unsigned = assemble(header, claims)
  const text = new TextEncoder().encode(unsigned.slice(0, -1))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return assemble(header, claims, pad(digest, length))
}

/** What DER says before a SHA-256 digest (RFC 8017 §9.2, note 1). */
const digestInfo = base64url.decode('MDEwDQYJYIZIAWUDBAIBBQAEIA')

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2). */
function pad(digest: Uint8Array, length: number): Uint8Array {
  const filler = new Array<number>(length - 3 - digestInfo.length - digest.length).fill(0xff)
  return new Uint8Array([0, 1, ...filler, 0, ...digestInfo, ...digest])
}

/** Two primes of the kind that Infineon's library made: k · M + (65537^a mod M), M the product of 126 small primes. */
const rocaPrimes = [
  '43lXep3i16bMFomSiaF-EvHkNo_JwY2WPmv4OlCSowfK2cejjtu2M5JQMSUwmKERPM-_nEQBk1XB4hBP9bQaO2jkH2Irnwh3mMphcSme' +
    '-Vg9_Uhgbwg-7zVaipzDZCMdSFtsm4IWq2WZd5hnEwPK8NfO4DGaYNOMP5bBO2J59qk',
  '_DdrssLMZO_90e6oPWz-VhFu5Uz0cJxgltSAynQH6LzwZpPorgy1L6oZdZpHvzLDSuI3vdP5OD0WAAVs_xZQeBnxwsharX3ZOxKgMYah' +
    '8f90kGkWIzjGKsqUqtxQwxdwUFtZh1SU4-FcIQBEnUUxa8Sczn74Pk96J57xrtAPkSE',
] as const

/** A key pair that looks like any other, and can be factored from its public half. */
export function createRocaKey(): { readonly publicJwk: JWK; readonly privateJwk: JWK } {
  const [p, q] = [
    readNumber(base64url.decode(rocaPrimes[0])),
    readNumber(base64url.decode(rocaPrimes[1])),
  ]
  const e = 65_537n
  const d = invert(e, (p - 1n) * (q - 1n))
  const publicJwk = {
    kty: 'RSA',
    kid: 'roca',
    alg: 'RS256',
    use: 'sig',
    n: toText(p * q, 256),
    e: 'AQAB',
  }
  return {
    publicJwk,
    privateJwk: {
      ...publicJwk,
      d: toText(d, 256),
      p: toText(p, 128),
      q: toText(q, 128),
      dp: toText(d % (p - 1n), 128),
      dq: toText(d % (q - 1n), 128),
      qi: toText(invert(q, p), 128),
    },
  }
}

/** Signs the claims with a private key (RFC 7518 §3.3). */
export async function signWithPrivateKey(
  jwk: JWK,
  header: object,
  claims: object,
): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
  const text = new TextEncoder().encode(assemble(header, claims).slice(0, -1))
  const signature = await crypto.subtle.sign(algorithm.name, key, text)
  return assemble(header, claims, new Uint8Array(signature))
}

/** The inverse of `value` modulo `modulus`, by the extended algorithm of Euclid. */
function invert(value: bigint, modulus: bigint): bigint {
  let [before, after] = [modulus, value % modulus]
  let [factorBefore, factorAfter] = [0n, 1n]
  while (after !== 0n) {
    const times = before / after
    ;[before, after] = [after, before - times * after]
    ;[factorBefore, factorAfter] = [factorAfter, factorBefore - times * factorAfter]
  }
  return ((factorBefore % modulus) + modulus) % modulus
}

function toText(number: bigint, length: number): string {
  return base64url.encode(writeNumber(number, length))
}

function readNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
}

function writeNumber(number: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) =>
    Number((number >> BigInt(8 * (length - 1 - index))) & 255n),
  )
}
