/** The options of a verifier, and their one check, at construction. */
import type { Algorithm } from './contract.js'
import type { KeyEvent } from './keys.js'
import type { RevocationEvent } from './revocations.js'
import { createStore, type DocumentStore } from './store.js'

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
   * Where its last good key set is kept, so that a process can start while the issuer is away: the path of a file,
   * or two functions. Default: nowhere.
   */
  store?: string | DocumentStore
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
  /** Where the last good document is kept for the next start: the path of a file, or two functions. Default: nowhere. */
  store?: string | DocumentStore
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
  /** Told what happens inside: for logs and metrics. Never holds a token or the value of a claim. */
  on?: (event: VerifierEvent) => void
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

/** An issuer whose options have been checked and completed. */
export interface CheckedIssuer {
  readonly issuer: string
  readonly audience: string
  readonly jwksUrl: URL
  readonly algorithms: readonly Algorithm[]
  readonly store: DocumentStore | null
  readonly revocations: CheckedRevocations | null
}

/** Revocation options, checked and completed. */
export interface CheckedRevocations {
  readonly url: URL
  readonly whenStale: 'accept' | 'refuse'
  readonly store: DocumentStore | null
}

const knownAlgorithms: readonly unknown[] = ['EdDSA', 'RS256']

/** @throws TypeError that says which option is wrong, what was expected, and what to do */
export function readIssuers(options: VerifierOptions): readonly CheckedIssuer[] {
  const issuers = options.issuers ?? [options]
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new TypeError('issuers: expected an array with at least one issuer')
  }
  const checked = issuers.map((issuer) => readIssuer(issuer, options.allowHttp === true))
  if (new Set(checked.map(({ issuer }) => issuer)).size < checked.length) {
    throw new TypeError('issuers: expected each issuer once')
  }
  return checked
}

/** @throws TypeError as {@link readIssuers} does */
export function readNumber(
  name: string,
  value: number | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (value === undefined) return fallback
  if (!Number.isFinite(value) || value < least || value > most) {
    throw new TypeError(`${name}: expected a number from ${least} to ${most}`)
  }
  return value
}

function readIssuer(options: TrustedIssuer, allowHttp: boolean): CheckedIssuer {
  const { issuer, audience, algorithms = ['EdDSA'], store } = options
  assertText('issuer', issuer)
  assertText('audience', audience)
  if (
    !Array.isArray(algorithms) ||
    algorithms.length === 0 ||
    !algorithms.every((name) => knownAlgorithms.includes(name))
  ) {
    throw new TypeError("algorithms: expected an array of 'EdDSA' and 'RS256'")
  }
  const jwksUrl = readUrl(
    'jwksUrl',
    options.jwksUrl ?? `${issuer.replace(/\/$/, '')}/api/auth/jwks`,
    allowHttp,
  )
  return {
    issuer,
    audience,
    jwksUrl,
    algorithms: [...algorithms],
    store: store === undefined ? null : createStore(store),
    revocations: readRevocations(options.revocations ?? {}, jwksUrl, allowHttp),
  }
}

function readRevocations(
  options: RevocationOptions | 'off',
  jwksUrl: URL,
  allowHttp: boolean,
): CheckedRevocations | null {
  if (options === 'off') return null
  if (typeof options !== 'object') throw new TypeError("revocations: expected options, or 'off'")
  const { url = new URL('revocations', jwksUrl), whenStale = 'accept', store } = options
  if (whenStale !== 'accept' && whenStale !== 'refuse') {
    throw new TypeError("revocations.whenStale: expected 'accept' or 'refuse'")
  }
  return {
    url: readUrl('revocations.url', url, allowHttp),
    whenStale,
    store: store === undefined ? null : createStore(store),
  }
}

function assertText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new TypeError(
      `${name}: expected a string that is not empty, the same that the issuer is configured with`,
    )
  }
}

function readUrl(name: string, value: string | URL, allowHttp: boolean): URL {
  if (!URL.canParse(value)) {
    throw new TypeError(
      `${name}: expected an absolute URL; it must be given where issuer is not one`,
    )
  }
  const url = new URL(value)
  if (url.username !== '' || url.password !== '')
    throw new TypeError(`${name}: expected a URL without credentials`)
  const isAllowed =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && (allowHttp || isLoopback(url.hostname)))
  if (!isAllowed) {
    throw new TypeError(
      `${name}: expected https; plain http works on loopback, and elsewhere with allowHttp: true`,
    )
  }
  return url
}

/** RFC 6761 §6.3 keeps localhost on the machine; the rest are addresses (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}
