/** What a developer is told of a refusal: the thing to change, with both values where they differ. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bearer } from '../src/adapters/next.js'
import { AuthError, type CredentialSource, createVerifier } from '../src/index.js'
import { createTestIssuer, type TestIssuer } from '../src/testing/index.js'

afterEach(() => vi.unstubAllEnvs())

type Options = Partial<Parameters<typeof createVerifier>[0]>

async function hintOf(
  issuer: TestIssuer,
  source: string | CredentialSource,
  options: Options = {},
): Promise<string> {
  // The spread keeps the single-issuer form of the options.
  const verifier = createVerifier({ ...issuer.options, ...options } as Parameters<
    typeof createVerifier
  >[0])
  try {
    await (typeof source === 'string' ? verifier.verify(source) : verifier.authenticate(source))
  } catch (error) {
    if (error instanceof AuthError) return `${error.code}: ${error.hint}`
    throw error
  } finally {
    verifier.close()
  }
  throw new Error('Expected a refusal')
}

describe('a hint', () => {
  it('shows both issuers where they differ, and both audiences', async () => {
    const issuer = await createTestIssuer()
    expect(await hintOf(issuer, await issuer.sign({ sub: 'a', iss: 'https://issuer.test/' }))).toBe(
      'issuer_mismatch: The token comes from issuer "https://issuer.test/"; the verifier trusts "https://issuer.test". They must be the same string.',
    )
    expect(await hintOf(issuer, await issuer.sign({ sub: 'a', aud: ['x', 'y'] }))).toBe(
      'audience_mismatch: The token is for audience ["x","y"]; the verifier answers to "https://api.test". They must be the same string.',
    )
  })

  it('says that an issuer is not listed where there are several', async () => {
    const one = await createTestIssuer({ issuer: 'https://one.test' })
    const two = await createTestIssuer({ issuer: 'https://two.test' })
    const other = await createTestIssuer({ issuer: 'https://three.test' })
    const verifier = createVerifier({ issuers: [one.options, two.options], log: false })
    await expect(verifier.verify(await other.sign({ sub: 'a' }))).rejects.toMatchObject({
      code: 'issuer_mismatch',
      hint: 'The token comes from issuer "https://three.test", which is not among the issuers of the verifier: "https://one.test", "https://two.test".',
    })
  })

  it.each([
    ['undefined', /the word "undefined": it had no token/],
    ['[object Promise]', /the word "\[object Promise\]"/],
    ['mTz6Qm0nU3vJ1y8xR5dK2wB7cF4hL9pS', /a session token of Better Auth, not a JWT/],
    ['mTz6Qm0n.KfJx%2BabcD%3D', /the value of a cookie/],
    ['"a.b.c"', /in quotation marks/],
    ['a.b.c.d.e', /an encrypted token \(JWE\)/],
    [`a.b.${'c'.repeat(9_000)}`, /longer than 8 192 characters/],
  ])('says what %s is', async (text, expected) => {
    const hint = await hintOf(await createTestIssuer(), text)
    expect(hint).toMatch(/^token_malformed: /)
    expect(hint).toMatch(expected)
  })

  it('says that a token with a shared secret comes from elsewhere, with and without a kid', async () => {
    const issuer = await createTestIssuer()
    const claims = encode({ sub: 'ada' })
    const without = `${encode({ alg: 'HS256' })}.${claims}.c2ln`
    expect(await hintOf(issuer, without)).toMatch(
      /^token_malformed: The token is signed with a shared secret \(HS256\)\./,
    )
    const kid = `${encode({ alg: 'HS256', kid: 'k' })}.${claims}.c2ln`
    expect(await hintOf(issuer, kid)).toMatch(
      /^algorithm_not_allowed: The token is signed with a shared secret \(HS256\)\./,
    )
    const other = `${encode({ alg: 'ES256', kid: 'k' })}.${claims}.c2ln`
    expect(await hintOf(issuer, other)).toBe(
      'algorithm_not_allowed: The token is signed with "ES256"; "algorithms" of the verifier has "EdDSA".',
    )
  })

  it('names the clock, and not a fresh token, where the clock of this process is ahead or behind', async () => {
    const issuer = await createTestIssuer()
    const token = await issuer.sign({ sub: 'a' })
    const at = (seconds: number): Options => ({
      now: () => Date.now() + seconds * 1_000,
      fetch: async () =>
        Response.json(issuer.jwks, { headers: { Date: new Date().toUTCString() } }),
    })
    expect(await hintOf(issuer, token, at(3_600))).toMatch(
      /^token_expired: The clock of this process is 3\d\d\d s ahead of the issuer's/,
    )
    expect(await hintOf(issuer, token, at(-3_600))).toMatch(
      /^token_not_yet_valid: The clock of this process is 3\d\d\d s behind the issuer's/,
    )
    const old = await issuer.sign({ sub: 'a' }, { expiresIn: -100 })
    expect(await hintOf(issuer, old, at(0))).toMatch(/^token_expired: The token expired 10\d s ago/)
    const blind = { now: () => Date.now() - 3_600_000 }
    expect(await hintOf(issuer, token, blind)).toMatch(
      /^token_not_yet_valid: The token was issued 3\d\d\d s in the future/,
    )
  })

  it.each<[string, string, () => Response | Promise<Response>, RegExp]>([
    ['a 404', 'https:', () => new Response(null, { status: 404 }), /set jwksUrl to where/],
    ['a redirect', 'https:', () => Response.redirect('https://x.test'), /the final address/],
    ['a page', 'https:', () => toPage(), /A page answers there/],
    [
      'http for https',
      'https:',
      () => fail('ERR_SSL_WRONG_VERSION_NUMBER'),
      /does it speak http\?/,
    ],
    ['https for http', 'http:', () => fail('ECONNRESET'), /speak https, while the address says/],
    ['nobody', 'https:', () => fail('ECONNREFUSED'), /Nothing listens at issuer\.test/],
    ['an unknown name', 'https:', () => fail('ENOTFOUND'), /The name issuer\.test is not known/],
    ['its own authority', 'https:', () => fail('SELF_SIGNED_CERT_IN_CHAIN'), /NODE_EXTRA_CA_CERTS/],
  ])('says why there are no keys: %s answers', async (_, protocol, answer, expected) => {
    const issuer = await createTestIssuer()
    const hint = await hintOf(issuer, await issuer.sign({ sub: 'a' }), {
      jwksUrl: `${protocol}//issuer.test/api/auth/jwks`,
      allowHttp: true,
      fetch: async () => answer(),
    })
    expect(hint).toMatch(
      /^keys_unavailable: No keys from https?:\/\/issuer\.test\/api\/auth\/jwks: /,
    )
    expect(hint).toMatch(expected)
  })

  it('mentions a proxy where there is no token, and the order where a preflight asks', async () => {
    const issuer = await createTestIssuer()
    expect(await hintOf(issuer, new Headers())).toMatch(/a proxy on the way took it off\.$/)
    const name = 'Access-Control-Request-Method'
    const preflights = [new Headers({ [name]: 'GET' }), { rawHeaders: [name, 'GET'] }]
    for (const preflight of preflights) {
      expect(await hintOf(issuer, preflight)).toMatch(/put what answers CORS before bearer\.$/)
    }
  })

  it('is in the answer of an adapter outside production, and holds nothing of the token within it', async () => {
    const issuer = await createTestIssuer()
    const token = await issuer.sign({ sub: 'a', aud: 'https://other.test' })
    const request = new Request('https://api.test/', {
      headers: { Authorization: `Bearer ${token}` },
    })
    const ask = async (environment: string, options = {}) => {
      vi.stubEnv('NODE_ENV', environment)
      const route = bearer(createVerifier(issuer.options), () => new Response(), options)
      const { hint } = (await (await route(request, {})).json()) as { hint?: string }
      return hint
    }
    expect(await ask('development')).toContain('"https://other.test"')
    expect(await ask('development', { hints: false })).toBeUndefined()
    expect(await ask('production')).toBeUndefined()
    expect(await ask('production', { hints: true })).toBe(
      'Make "audience" the same string for issuer and verifier.',
    )
  })
})

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function toPage(): Response {
  return new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } })
}

/** As Node's fetch fails. */
function fail(code: string): Promise<Response> {
  const cause = Object.assign(new Error(code), { code })
  return Promise.reject(new TypeError('fetch failed', { cause }))
}
