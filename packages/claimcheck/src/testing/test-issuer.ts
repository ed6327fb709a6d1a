/** An issuer for tests: real keys, real signatures, a key set served by a fetch function, no port. */
import type { JWK } from 'jose'
import type { Algorithm } from '../contract.js'
import { type Misbehaviour, misbehaviours } from './misbehaviour.js'
import { createSigner, type PartContent } from './signer.js'
import { createTestFeed, type TestFeed } from './test-feed.js'

export interface TestIssuerOptions {
  /** Default: `https://issuer.test`. */
  issuer?: string
  /** Default: `https://api.test`. */
  audience?: string
  /** Default: `EdDSA`. */
  algorithm?: Algorithm
  /** The clock for `iat` and `exp`, in milliseconds since 1970. Default: `Date.now`. */
  now?: () => number
  /** Serves a manifest of what is revoked; false makes it an issuer that has the old document alone. Default: true. */
  manifest?: boolean
}

export interface SignOptions {
  /** Header parameters to add or replace; `undefined` removes one. */
  header?: Record<string, unknown>
  /** Seconds from now until `exp`. Default: 900. */
  expiresIn?: number
}

export interface TestIssuer {
  /**
   * Spread into `createVerifier`. Nothing is said on the console. Revocations are off, so that no feed is followed;
   * add `revocations: {}` to follow
   * the one this issuer serves.
   */
  readonly options: {
    readonly issuer: string
    readonly audience: string
    readonly algorithms: readonly Algorithm[]
    readonly jwksUrl: string
    readonly fetch: typeof globalThis.fetch
    readonly now: () => number
    readonly revocations: 'off'
    readonly log: false
  }
  /** The sessions and people it has revoked, as a feed beside the key set. */
  readonly feed: TestFeed
  /** Serves the feed where the address ends in /revocations, and else the key set. */
  readonly fetch: typeof globalThis.fetch
  /** How often the key set was asked for. */
  readonly requests: number
  /** The key set as it is published now. */
  readonly jwks: { readonly keys: readonly JWK[] }
  /** The key id that signs now. */
  readonly keyId: string
  /** Signs claims. `iss`, `aud`, `iat` and `exp` are filled in; a claim given as `undefined` is left out. */
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>
  /** Signs a header and a payload exactly as given: they need not be JSON, nor make sense. */
  signText(header: PartContent, payload: PartContent): Promise<string>
  /** Signs with a new key from now on. The old one stays published. */
  rotate(): Promise<void>
  /** Takes a key out of the key set: the current one unless named. */
  revoke(keyId?: string): void
  /** Publishes other keys from now on, good or bad; or what a function answers in place of a key set. */
  publish(keys: readonly unknown[] | (() => Response | Promise<Response>)): void
  /** Makes the key set endpoint fail in one way, until called with null. */
  misbehave(how: Misbehaviour | null): void
}

/** Creates an issuer with one key. */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const {
    issuer = 'https://issuer.test',
    audience = 'https://api.test',
    algorithm = 'EdDSA',
    now = Date.now,
    manifest = true,
  } = options
  let signer = await createSigner(algorithm)
  let keys: readonly unknown[] = [signer.publicJwk]
  let answer: (() => Response | Promise<Response>) | null = null
  let misbehaviour: Misbehaviour | null = null
  let requests = 0
  const feed = createTestFeed({
    issuer,
    now,
    sign: (claims, header) => signer.sign(claims, header),
    hasManifest: manifest,
  })

  return {
    feed,
    options: {
      issuer,
      audience,
      algorithms: [algorithm],
      jwksUrl: `${issuer}/api/auth/jwks`,
      fetch: serve,
      now,
      revocations: 'off',
      log: false,
    },
    fetch: serve,
    get requests() {
      return requests
    },
    get jwks() {
      // Whoever published other things than keys looks at them at their own risk.
      return { keys: keys as readonly JWK[] }
    },
    get keyId() {
      return signer.keyId
    },
    sign(claims, { header, expiresIn = 900 } = {}) {
      const iat = Math.floor(now() / 1_000)
      return signer.sign(
        { iss: issuer, aud: audience, iat, exp: iat + expiresIn, ...claims },
        header,
      )
    },
    signText: (header, payload) => signer.signText(header, payload),
    async rotate() {
      signer = await createSigner(algorithm)
      keys = [...keys, signer.publicJwk]
    },
    revoke(keyId = signer.keyId) {
      keys = keys.filter((key) => (key as JWK | null)?.kid !== keyId)
    },
    publish(published) {
      if (typeof published === 'function') answer = published
      else {
        answer = null
        keys = published
      }
    },
    misbehave(how) {
      misbehaviour = how
    },
  }

  async function serve(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input)
    if (/\/revocations(?:\/|$)/.test(url.pathname)) return feed.serve(url, init)
    requests += 1
    const isGoodTurn = misbehaviour === 'flap' && requests % 2 === 0
    if (misbehaviour !== null && !isGoodTurn)
      return misbehaviours[misbehaviour](init?.signal ?? null)
    return answer === null ? Response.json({ keys }) : answer()
  }
}
