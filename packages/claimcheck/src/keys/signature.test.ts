import { describe, expect, it } from 'vitest'
import { createTestIssuer } from '../testing/index.js'
import { parseToken } from '../tokens/token.js'
import { readKey, type VerificationKey } from './key-policy.js'
import { verifySignature, verifyWithJose } from './signature.js'

describe.each(['EdDSA', 'RS256'] as const)('a signature with %s', async (algorithm) => {
  const issuer = await createTestIssuer({ algorithm })
  const stranger = await createTestIssuer({ algorithm })
  const key = await toKey(issuer.jwks.keys[0])
  const token = await issuer.sign({ sub: 'alice' })
  const other = await issuer.sign({ sub: 'bob' })
  const bytes = Buffer.from(toPart(token, 2), 'base64url')
  const flip = (bit: number) => {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return changed
  }

  it('is that of its token and key, as node:crypto and jose both say', async () => {
    expect(await verify(token)).toEqual([true, true])
    expect(await verify(other)).toEqual([true, true])
  })

  it.each<[string, () => string]>([
    ['of another token', () => withSignature(toPart(other, 2))],
    [
      'over another payload',
      () => [toPart(token, 0), toPart(other, 1), toPart(token, 2)].join('.'),
    ],
    ['that is empty', () => withSignature('')],
    ['of zeros', () => withSignature(Buffer.alloc(bytes.length))],
    ['of ones', () => withSignature(Buffer.alloc(bytes.length, 0xff))],
    ['that lacks a byte', () => withSignature(bytes.subarray(0, -1))],
    ['that lacks its beginning', () => withSignature(bytes.subarray(1))],
    ['with a byte more', () => withSignature(Buffer.concat([bytes, Buffer.from([0])]))],
    ['behind a zero', () => withSignature(Buffer.concat([Buffer.from([0]), bytes]))],
    ['twice', () => withSignature(Buffer.concat([bytes, bytes]))],
    [
      'with its halves exchanged',
      () => {
        const half = bytes.length / 2
        return withSignature(Buffer.concat([bytes.subarray(half), bytes.subarray(0, half)]))
      },
    ],
  ])('%s is none, as node:crypto and jose both say', async (_, write) => {
    expect(await verify(write())).toEqual([false, false])
  })

  it('with any bit flipped is none', async () => {
    const bits = [0, 7, 255, 256, 505, 511].filter((bit) => bit < bytes.length * 8)
    for (const bit of bits) expect(await verify(withSignature(flip(bit)))).toEqual([false, false])
  })

  it('of a stranger’s key is none', async () => {
    const foreign = await toKey(stranger.jwks.keys[0])
    expect(await verify(token, foreign)).toEqual([false, false])
    expect(await verify(await stranger.sign({ sub: 'alice' }))).toEqual([false, false])
  })

  const withSignature = (signature: string | Uint8Array) =>
    [
      toPart(token, 0),
      toPart(token, 1),
      typeof signature === 'string' ? signature : Buffer.from(signature).toString('base64url'),
    ].join('.')

  async function verify(text: string, under = key) {
    const parsed = parseToken(text)
    return [await verifySignature(parsed, under), await verifyWithJose(parsed, under)]
  }
})

function toPart(token: string, index: number): string {
  return token.split('.')[index] ?? ''
}

async function toKey(jwk: unknown): Promise<VerificationKey> {
  const key = await readKey(jwk)
  if ('reason' in key) throw new Error(key.reason)
  return key
}
