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

function readNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
}

function writeNumber(number: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) =>
    Number((number >> BigInt(8 * (length - 1 - index))) & 255n),
  )
}
