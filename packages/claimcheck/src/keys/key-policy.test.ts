import { base64url, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRocaKey } from '../testing/hostile/rsa.js'
import { createSigner } from '../testing/signer.js'
import { readKey } from './key-policy.js'

let ed25519: JWK
let rsa: JWK
let privateKeys: readonly JWK[]

beforeAll(async () => {
  const signers = [await createSigner('EdDSA'), await createSigner('RS256')]
  const [first, second] = signers.map(({ publicJwk }) => publicJwk)
  ed25519 = first ?? {}
  rsa = second ?? {}
  privateKeys = signers.map(({ privateJwk }) => privateJwk)
})

async function readReason(jwk: unknown): Promise<string> {
  const read = await readKey(jwk)
  return 'reason' in read ? read.reason : 'accepted'
}

describe('readKey', () => {
  it('takes an Ed25519 and an RSA key, with what they need to verify', async () => {
    for (const [jwk, algorithm] of [
      [ed25519, 'EdDSA'],
      [rsa, 'RS256'],
    ] as const) {
      expect(await readKey(jwk)).toMatchObject({ keyId: jwk.kid, algorithm })
      const { use: _, alg: __, ...bare } = jwk
      expect(await readReason(bare)).toBe('accepted')
      expect(await readReason({ ...jwk, key_ops: ['verify'] })).toBe('accepted')
      expect(await readReason({ ...jwk, note: 'ignored', x5t: 'ignored' })).toBe('accepted')
    }
  })

  it('tells one material from another, whatever else is said of the key', async () => {
    const other = (await createSigner('EdDSA')).publicJwk
    const [before, same, changed] = await Promise.all(
      [ed25519, { ...ed25519, use: undefined }, { ...other, kid: ed25519.kid }].map(readKey),
    )
    expect(same).toMatchObject({ material: (before as { material: string }).material })
    expect(changed).not.toMatchObject({ material: (before as { material: string }).material })
  })

  it.each([undefined, null, 0, 'key', true])('takes %j for no key', async (jwk) => {
    expect(await readKey(jwk)).toEqual({ keyId: null, reason: 'it is not an object' })
  })

  it.each([undefined, null, '', 1, ['k'], 'k'.repeat(129)])('takes no key id %j', async (kid) => {
    expect(await readKey({ ...ed25519, kid })).toMatchObject({ keyId: null, reason: /kid/ })
  })

  it.each([
    ['use', { use: 'enc' }, 'its use is not sig'],
    ['use null', { use: null }, 'its use is not sig'],
    ['key_ops', { key_ops: ['sign'] }, 'its key_ops lack verify'],
    ['alg', { alg: 'HS256' }, 'its alg does not fit its type'],
    ['kty oct', { kty: 'oct', k: 'c2VjcmV0' }, 'it holds private or symmetric material'],
    ['a symmetric member', { k: 'c2VjcmV0' }, 'it holds private or symmetric material'],
    ['a private member', { d: 'c2VjcmV0' }, 'it holds private or symmetric material'],
    ['kty EC', { kty: 'EC' }, 'its type is neither Ed25519 nor RSA'],
    ['no kty', { kty: undefined }, 'its type is neither Ed25519 nor RSA'],
  ])('refuses a key by its %s', async (_, change, reason) => {
    expect(await readReason({ ...ed25519, ...change })).toBe(reason)
    expect(await readReason({ ...rsa, ...change })).toBe(reason)
  })

  it('refuses private keys, and shows nothing of them', async () => {
    for (const key of privateKeys) {
      const read = await readKey(key)
      expect(read).toEqual({ keyId: key.kid, reason: 'it holds private or symmetric material' })
    }
  })

  it.each(['X25519', 'Ed448', 'ed25519', undefined])('refuses the curve %j', async (crv) => {
    expect(await readReason({ ...ed25519, crv })).toBe('its type is neither Ed25519 nor RSA')
  })

  it.each([
    ['missing', undefined],
    ['no string', 1],
    ['empty', ''],
    ['short', base64url.encode(new Uint8Array(31).fill(9))],
    ['long', base64url.encode(new Uint8Array(33).fill(9))],
    ['padded', `${base64url.encode(new Uint8Array(32).fill(9))}=`],
    ['of the other alphabet', `+${'A'.repeat(42)}`],
  ])('refuses a point that is %s', async (_, x) => {
    expect(await readReason({ ...ed25519, x })).toBe('its x is not 32 bytes')
  })

  it.each([
    ['missing', { n: undefined }, 'its n or e is missing'],
    ['without exponent', { e: undefined }, 'its n or e is missing'],
    ['zero', { n: 'AA' }, 'its modulus is not of 2048 to 4096 bits'],
    ['of 2 047 bits', { n: makeModulus(2047) }, 'its modulus is not of 2048 to 4096 bits'],
    [
      'of 2 047 bits behind zeros',
      { n: makeModulus(2047, 4) },
      'its modulus is not of 2048 to 4096 bits',
    ],
    ['of 4 097 bits', { n: makeModulus(4097) }, 'its modulus is not of 2048 to 4096 bits'],
    ['even', { n: makeModulus(2048).replace(/.$/, 'A') }, 'its modulus is even'],
    ['of exponent 1', { e: 'AQ' }, 'its exponent is not 65537'],
    ['of exponent 3', { e: 'Aw' }, 'its exponent is not 65537'],
    ['of exponent 65537 behind a zero', { e: 'AAEAAQ' }, 'its exponent is not 65537'],
    ['of exponent 65539', { e: 'AQAD' }, 'its exponent is not 65537'],
  ])('refuses an RSA key that is %s', async (_, change, reason) => {
    expect(await readReason({ ...rsa, ...change })).toBe(reason)
  })

  it('refuses an RSA key whose primes can be guessed, and not one that differs from it in a bit', async () => {
    const { publicJwk } = createRocaKey()
    const near = base64url.decode(String(publicJwk.n))
    near.set([(near.at(200) ?? 0) ^ 1], 200)
    expect(await readReason(publicJwk)).toBe('its primes are of a kind that can be guessed (ROCA)')
    expect(await readReason({ ...publicJwk, n: base64url.encode(near) })).toBe('accepted')
  })

  it.each([2048, 2049, 3072, 4096])('takes a modulus of %i bits', async (bits) => {
    expect(await readReason({ ...rsa, n: makeModulus(bits) })).toBe('accepted')
  })
})

/** An odd number of so many bits, which is all that the policy can see. */
function makeModulus(bits: number, zeros = 0): string {
  const bytes = new Uint8Array(zeros + Math.ceil(bits / 8)).fill(255, zeros)
  bytes[zeros] = 255 >> (8 * Math.ceil(bits / 8) - bits)
  return base64url.encode(bytes)
}
