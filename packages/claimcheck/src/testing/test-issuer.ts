/** An issuer for tests: real keys, real signatures, a key set served by a fetch function, no port. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Algorithm } from '../contract.js'

/** Ways in which the key set endpoint can fail. `null` ends them. */
export type Misbehaviour =
  | 'refuse'
  | 'hang'
  | '500'
  | 'huge'
  | 'garbage'
  | 'empty'
  | 'redirect'
  | 'flap'

export interface TestIssuerOptions {
  /** Default: `https://issuer.test`. */
  issuer?: string
  /** Default: `https://api.test`. */
  audience?: string
  /** Default: `EdDSA`. */
  algorithm?: Algorithm
  /** The clock for `iat` and `exp`, in milliseconds since 1970. Default: `Date.now`. */
  now?: () => number
}

export interface SignOptions {
  /** Header parameters to add or replace; `undefined` removes one. */
  header?: Record<string, unknown>
  /** Seconds from now until `exp`. Default: 900. */
  expiresIn?: number
}

export interface TestIssuer {
  /** Spread into `createVerifier`: issuer, audience, algorithms, jwksUrl, fetch and now. */
  readonly options: {
    readonly issuer: string
    readonly audience: string
    readonly algorithms: readonly Algorithm[]
    readonly jwksUrl: string
    readonly fetch: typeof globalThis.fetch
    readonly now: () => number
  }
  /** Serves the key set, whatever the address. */
  readonly fetch: typeof globalThis.fetch
  /** How often the key set was asked for. */
  readonly requests: number
  /** The key set as it is published now. */
  readonly jwks: { readonly keys: readonly JWK[] }
  /** The key id that signs now. */
  readonly keyId: string
  /** Signs claims. `iss`, `aud`, `iat` and `exp` are filled in; a claim given as `undefined` is left out. */
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>
  /** Signs with a new key from now on. The old one stays published. */
  rotate(): Promise<void>
  /** Takes a key out of the key set: the current one unless named. */
  revoke(keyId?: string): void
  /** Makes the key set endpoint fail in one way, until called with null. */
  misbehave(how: Misbehaviour | null): void
}

interface SigningKey {
  readonly keyId: string
  readonly privateKey: CryptoKey
  readonly published: JWK
}

/** Creates an issuer with one key. */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const {
    issuer = 'https://issuer.test',
    audience = 'https://api.test',
    algorithm = 'EdDSA',
  } = options
  const now = options.now ?? Date.now
  let signing = await createSigningKey(algorithm)
  let published = [signing.published]
  let misbehaviour: Misbehaviour | null = null
  let requests = 0

  return {
    options: {
      issuer,
      audience,
      algorithms: [algorithm],
      jwksUrl: `${issuer}/api/auth/jwks`,
      fetch: serve,
      now,
    },
    fetch: serve,
    get requests() {
      return requests
    },
    get jwks() {
      return { keys: published }
    },
    get keyId() {
      return signing.keyId
    },
    sign(claims, { header = {}, expiresIn = 900 } = {}) {
      const iat = Math.floor(now() / 1_000)
      const payload = { iss: issuer, aud: audience, iat, exp: iat + expiresIn, ...claims }
      return new SignJWT(payload)
        .setProtectedHeader({ alg: algorithm, kid: signing.keyId, ...header })
        .sign(signing.privateKey)
    },
    async rotate() {
      signing = await createSigningKey(algorithm)
      published = [...published, signing.published]
    },
    revoke(keyId = signing.keyId) {
      published = published.filter(({ kid }) => kid !== keyId)
    },
    misbehave(how) {
      misbehaviour = how
    },
  }

  async function serve(_: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    requests += 1
    const isGoodTurn = misbehaviour === 'flap' && requests % 2 === 0
    if (misbehaviour === null || isGoodTurn) return Response.json({ keys: published })
    return misbehaviours[misbehaviour](init?.signal ?? null)
  }
}

const misbehaviours: Record<
  Misbehaviour,
  (signal: AbortSignal | null) => Response | Promise<Response>
> = {
  refuse: () => Promise.reject(new TypeError('fetch failed')),
  hang: (signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    }),
  '500': () => new Response('Internal error', { status: 500 }),
  huge: () => new Response(`{"keys":[${' '.repeat(1_000_000)}]}`),
  garbage: () => new Response('<!doctype html><title>Not a key set</title>'),
  empty: () => Response.json({ keys: [] }),
  redirect: () =>
    new Response(null, { status: 302, headers: { Location: 'https://elsewhere.test/jwks' } }),
  flap: () => new Response('Internal error', { status: 503 }),
}

async function createSigningKey(algorithm: Algorithm): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const keyId = crypto.randomUUID()
  const published = { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: 'sig' }
  return { keyId, privateKey, published }
}
