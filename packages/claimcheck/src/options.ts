/** The options of a verifier. */
import type { Algorithm } from './contract.js'
import type { DocumentStore } from './documents/store.js'
import type { RevocationEvent } from './feed/revocations.js'
import type { KeyEvent } from './keys/key-source.js'

/** An issuer whose tokens are accepted, and what they must be made for. */
export interface TrustedIssuer {
  /** The `iss` of its tokens, compared exactly. For Better Auth: the base URL of the app, unless configured. */
  issuer: string
  /** The `aud` its tokens must carry: the name of this API, the same string on both sides. */
  audience: string
  /** Where its public keys are. Default: `{issuer}/api/auth/jwks`. Must be https, or http on loopback. */
  jwksUrl?: string | URL
  /** The algorithms it may sign with. Default: `['EdDSA']`. Name both while an issuer changes over. */
  algorithms?: readonly Algorithm[]
  /**
   * Where its last good key set is kept, so that a process can start while the issuer is away: a file
   * (`createFileStore` of claimcheck/file-store), or two functions of your own. Default: nowhere.
   */
  store?: DocumentStore
  /**
   * How ended sessions are looked up. Default: the feed beside the `jwksUrl` is followed. `'off'` is for an issuer
   * without Claimcheck's plugin: its tokens live until they expire, whatever happens to the session.
   */
  revocations?: RevocationOptions | 'off'
}

/** How ended sessions are looked up. */
export interface RevocationOptions {
  /** Where the feed is. Default: `revocations` beside the `jwksUrl`, as Claimcheck's Better Auth plugin serves it. */
  url?: string | URL
  /**
   * What happens to good tokens when no fresh document came for a minute: `'accept'` carries on until they expire,
   * `'refuse'` answers 503. Default: `'accept'`.
   */
  whenStale?: 'accept' | 'refuse'
  /**
   * Where the last good document is kept for the next start: as with the `store` of the issuer. Default: nowhere.
   */
  store?: DocumentStore
}

/** What holds for all issuers of one verifier. */
export interface VerifierSettings {
  /** Accepts a `jwksUrl` and a feed over plain http beyond loopback: for a private network only. Default: false. */
  allowHttp?: boolean
  /** Refuses tokens without a session id (`sid`), which only Claimcheck's preset issues. Default: false. */
  requireSid?: boolean
  /** How many tokens are remembered as having a good signature. Default: 10 000; 0 remembers none. */
  cacheSize?: number
  /** Milliseconds between background refreshes of the keys, 1 000 to 3 600 000. Default: 60 000. */
  refreshInterval?: number
  /** Milliseconds for which the last good keys serve while an issuer cannot be reached. Default: 3 600 000. */
  staleIfError?: number
  /**
   * Told what happens inside: for logs and metrics. Never holds a token or the value of a claim. Default: what fails,
   * and that it is well again, is said once on the console.
   */
  on?: (event: VerifierEvent) => void
  /** False: nothing is said on the console. Default: true, unless there is an `on`. */
  log?: boolean
  /** The fetch for key sets. Default: the global one. */
  fetch?: typeof globalThis.fetch
  /** The clock, in milliseconds since 1970. Default: `Date.now`. */
  now?: () => number
}

/** One issuer by its own fields, or several by an array. */
export type VerifierOptions = VerifierSettings &
  ((TrustedIssuer & { issuers?: never }) | { issuers: readonly TrustedIssuer[] })

/** What a verifier tells its `on`. */
export type VerifierEvent =
  | KeyEvent
  | RevocationEvent
  | { readonly type: 'token_refused'; readonly code: string }
