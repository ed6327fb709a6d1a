/** What can be done to Ed25519 signatures and keys without a secret (RFC 8032 §5.1.7, §8.4). */
import { base64url, type JWK } from 'jose'
import { assemble } from './forge.js'

/** The order of the group that signatures live in (RFC 8032 §5.1). */
const order = 2n ** 252n + 27742317777372353535851937790883648493n

/** The same signature with the group order added to S: equal in the group, another text. */
export function addOrder(signature: Uint8Array): Uint8Array {
  const s = readNumber(signature.subarray(32)) + order
  return new Uint8Array([...signature.subarray(0, 32), ...writeNumber(s)])
}

/** A signature whose S is the group order itself, which stands for zero. */
export function replaceByOrder(signature: Uint8Array): Uint8Array {
  return new Uint8Array([...signature.subarray(0, 32), ...writeNumber(order)])
}

/** The neutral point, and with it the signature that fits every multiple of it. */
const neutral = [1, ...new Array<number>(31).fill(0)]

/** The signature of a neutral point and zero. */
export const neutralSignature = new Uint8Array([...neutral, ...new Array<number>(32).fill(0)])

/** Points of small order, as public keys encode them; the last four are spellings that RFC 8032 §5.1.3 forbids. */
export const smallOrderPoints = [
  ['order-1', `01${'00'.repeat(31)}`],
  ['order-2', `ec${'ff'.repeat(30)}7f`],
  ['order-4', '00'.repeat(32)],
  ['order-4-negative', `${'00'.repeat(31)}80`],
  ['order-8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order-8-negative', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['order-8-other', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order-8-other-negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
  ['order-1-signed', `01${'00'.repeat(30)}80`],
  ['order-2-signed', `ec${'ff'.repeat(31)}`],
  ['order-4-respelt', `ed${'ff'.repeat(30)}7f`],
  ['order-1-respelt', `ee${'ff'.repeat(30)}7f`],
] as const

/** A public key of small order, in the form in which an issuer would publish it. */
export function toSmallOrderKey(hex: string, keyId: string): JWK {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(bytes), kid: keyId, alg: 'EdDSA' }
}

/**
 * A token that verifies under a key of small order, made without any secret: S is zero, R is neutral, and the text
 * is varied until its hash is a multiple of eight, so that the key drops out of the equation.
 */
export async function signForSmallOrder(key: JWK, header: object, claims: object): Promise<string> {
  const point = base64url.decode(key.x ?? '')
  for (let attempt = 0; ; attempt += 1) {
    const token = assemble(header, { ...claims, jti: `forged-${attempt}` }, neutralSignature)
    const text = new TextEncoder().encode(token.slice(0, token.lastIndexOf('.')))
    const input = new Uint8Array([...neutral, ...point, ...text])
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', input))
    if ((readNumber(digest) % order) % 8n === 0n) return token
  }
}

/** Numbers are written with the lowest byte first (RFC 8032 §5.1.2). */
function readNumber(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n)
}

function writeNumber(number: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((number >> BigInt(8 * index)) & 255n))
}
