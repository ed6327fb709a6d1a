import { base64url, decodeProtectedHeader, flattenedVerify, importJWK, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { authErrors } from '../src/index.js'
import {
  createMeans,
  createTestIssuer,
  type HostileCase,
  type HostileCategory,
  hostileCases,
  type KeySetMeans,
  type TestIssuer,
} from '../src/testing/index.js'

const categories: readonly HostileCategory[] = [
  'structure',
  'encoding',
  'json',
  'alg',
  'typ',
  'key injection',
  'kid',
  'critical',
  'signature',
  'issuer',
  'audience',
  'times',
  'delegation',
  'subject and session',
  'other claims',
  'size',
  'header',
  'key set: keys',
  'key set: documents',
]

describe('the catalogue', () => {
  it('has at least 150 cases, at least eight of each category, and ids that are never used twice', () => {
    expect(hostileCases.length).toBeGreaterThanOrEqual(150)
    expect(new Set(hostileCases.map(({ id }) => id)).size).toBe(hostileCases.length)
    for (const name of categories) {
      expect(hostileCases.filter(({ category }) => category === name).length, name).toBeGreaterThan(
        7,
      )
    }
  })

  it.each(hostileCases)('$id says what it is, where from, and what is due', (one) => {
    expect(one.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    expect(one.says).toMatch(/^\S.*\.$/)
    expect(one.source).not.toBe('')
    expect(Object.keys(authErrors)).toContain(one.expected.code)
    expect(categories).toContain(one.category)
  })
})

describe.each(['EdDSA', 'RS256'] as const)('for an issuer that signs with %s', (algorithm) => {
  let issuer: TestIssuer
  let means: KeySetMeans

  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm })
    means = await createMeans(issuer)
  })

  const fitting = hostileCases.filter(({ only = algorithm }) => only === algorithm)

  it.each(fitting)('$id is built the same each time, and is not its neighbour', async (one) => {
    const attempt = await build(one, 'hostile')
    if (one.category !== 'key set: keys') expect(await build(one, 'hostile')).toEqual(attempt)
    const published = issuer.jwks.keys
    const neighbour = await build(one, 'neighbour')
    const isSame = JSON.stringify(attempt) === JSON.stringify(neighbour)
    // Where the same token is sent, it is the key set that differs.
    if (isSame) expect(one.needs).toBe('the key set')
    if (isSame && one.category === 'key set: keys') {
      expect(issuer.jwks.keys).not.toEqual(published)
    }
    issuer.publish([...means.jwks.keys])
  })

  const signed = fitting.filter(
    ({ needs, category }) =>
      needs === 'the signing key' && !['signature', 'encoding'].includes(category),
  )
  it.each(signed)('$id is signed by the issuer, so that its fault alone decides', async (one) => {
    const [jwk] = means.jwks.keys
    expect(await isSignedWith(jwk ?? {}, await buildToken(one))).toBe(true)
  })

  const needsNoSecret = fitting.filter(({ needs }) => needs === 'nothing')
  it.each(needsNoSecret)('$id is not signed by the issuer', async (one) => {
    const [jwk] = means.jwks.keys
    const token = await buildToken(one)
    const isToken = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
    expect(isToken && (await isSignedWith(jwk ?? {}, token))).toBe(false)
  })

  const forgeries = fitting.filter(({ id }) => /^key-(order-[1248]|exponent-1$|roca$)/.test(id))
  it.each(forgeries)(
    '$id is a forgery that a library without a key policy lets in',
    async (one) => {
      const token = await buildToken(one)
      const { kid } = decodeProtectedHeader(token)
      const weak = issuer.jwks.keys.find((key) => key.kid === kid)
      const [header = '', payload = '', signature = ''] = token.split('.')
      const key = await importJWK({ ...weak }, algorithm)
      const parts = { protected: header, payload, signature }
      await expect(flattenedVerify(parts, key)).resolves.toBeDefined()
      issuer.publish([...means.jwks.keys])
    },
  )

  function build(one: HostileCase, side: 'hostile' | 'neighbour') {
    return one[side](means)
  }

  async function buildToken(one: HostileCase): Promise<string> {
    const { headers } = await build(one, 'hostile')
    return (headers[0]?.[1] ?? '').replace(/^Bearer /, '')
  }
})

/** Plain cryptography over the text, without a look at what the text says. */
async function isSignedWith({ alg, ...jwk }: JWK, token: string): Promise<boolean> {
  const parameters =
    alg === 'EdDSA' ? { name: 'Ed25519' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, parameters, false, ['verify'])
  const end = token.lastIndexOf('.')
  const signature = new Uint8Array(base64url.decode(token.slice(end + 1)))
  return crypto.subtle.verify(
    parameters.name,
    key,
    signature,
    new TextEncoder().encode(token.slice(0, end)),
  )
}
