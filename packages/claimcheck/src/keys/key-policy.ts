/** Which keys of a JWKS may verify tokens. A weak key makes forgeries possible that no token check can see. */
import { base64url, type CryptoKey, importJWK } from 'jose'
import type { Algorithm } from '../contract.js'
import { LONGEST_KEY_ID } from '../contract.js'
import { hasWeakPrimes } from './weak-primes.js'

/** A key that passed the policy, ready to verify. */
export interface VerificationKey {
  readonly keyId: string
  readonly algorithm: Algorithm
  /** The public material; another text under the same key id is another key. */
  readonly material: string
  readonly key: CryptoKey
}

/** A key that was left out, and why. */
export interface RefusedKey {
  /** The `kid` where it is a usable one, or null. */
  readonly keyId: string | null
  readonly reason: string
}

type Jwk = Readonly<Record<string, unknown>>

/** Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Checks one member of a JWKS and imports it. A reason comes back where the key may not be used. */
export async function readKey(jwk: unknown): Promise<VerificationKey | RefusedKey> {
  if (typeof jwk !== 'object' || jwk === null) return { keyId: null, reason: 'it is not an object' }
  const members = jwk as Jwk
  const keyId = readKeyId(members)
  if (keyId === null)
    return { keyId, reason: `its kid is not a string of 1 to ${LONGEST_KEY_ID} characters` }
  const algorithm = toAlgorithm(members)
  const reason = findRefusal(members, algorithm)
  if (reason !== undefined || algorithm === undefined) {
    return { keyId, reason: reason ?? 'its type is neither Ed25519 nor RSA' }
  }
  return importKey(members, keyId, algorithm)
}

async function importKey(
  jwk: Jwk,
  keyId: string,
  algorithm: Algorithm,
): Promise<VerificationKey | RefusedKey> {
  const publicMembers =
    algorithm === 'EdDSA'
      ? { kty: 'OKP', crv: 'Ed25519', x: String(jwk.x) }
      : { kty: 'RSA', n: String(jwk.n), e: String(jwk.e) }
  try {
    const key = await importJWK(publicMembers, algorithm)
    if (key instanceof Uint8Array) return { keyId, reason: 'it is symmetric' }
    return { keyId, algorithm, material: JSON.stringify(publicMembers), key }
  } catch {
    return { keyId, reason: 'it cannot be imported' }
  }
}

function readKeyId({ kid }: Jwk): string | null {
  return typeof kid === 'string' && kid !== '' && kid.length <= LONGEST_KEY_ID ? kid : null
}

function toAlgorithm({ kty, crv }: Jwk): Algorithm | undefined {
  if (kty === 'RSA') return 'RS256'
  return kty === 'OKP' && crv === 'Ed25519' ? 'EdDSA' : undefined
}

function findRefusal(jwk: Jwk, algorithm: Algorithm | undefined): string | undefined {
  if (jwk.kty === 'oct' || secretMembers.some((name) => Object.hasOwn(jwk, name))) {
    return 'it holds private or symmetric material'
  }
  if (jwk.use !== undefined && jwk.use !== 'sig') return 'its use is not sig'
  if (Array.isArray(jwk.key_ops) && !jwk.key_ops.includes('verify'))
    return 'its key_ops lack verify'
  if (algorithm === undefined) return undefined
  if (jwk.alg !== undefined && jwk.alg !== algorithm) return 'its alg does not fit its type'
  return algorithm === 'EdDSA' ? findPointRefusal(jwk.x) : findRsaRefusal(jwk.n, jwk.e)
}

/**
 * The y coordinates of the eight points of small order, low byte first, without the sign bit; the last two are
 * other spellings of 0 and 1. Under such a key a forger needs no secret (RFC 8032 §5.1.7 leaves it open).
 */
const smallOrderPoints = new Set([
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
])

function findPointRefusal(x: unknown): string | undefined {
  const point = readBytes(x)
  if (point?.length !== 32) return 'its x is not 32 bytes'
  const hex = Array.from(point, (byte, index) => toHex(index === 31 ? byte & 0x7f : byte)).join('')
  return smallOrderPoints.has(hex) ? 'its point is of small order' : undefined
}

function findRsaRefusal(n: unknown, e: unknown): string | undefined {
  const modulus = readBytes(n)
  if (modulus === undefined || readBytes(e) === undefined) return 'its n or e is missing'
  const bits = countBits(modulus)
  if (bits < 2048 || bits > 4096) return 'its modulus is not of 2048 to 4096 bits'
  if (((modulus.at(-1) ?? 0) & 1) === 0) return 'its modulus is even'
  if (e !== 'AQAB') return 'its exponent is not 65537'
  return hasWeakPrimes(modulus) ? 'its primes are of a kind that can be guessed (ROCA)' : undefined
}

function countBits(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first === -1) return 0
  return (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}

function readBytes(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined
  return base64url.decode(text)
}

function toHex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
