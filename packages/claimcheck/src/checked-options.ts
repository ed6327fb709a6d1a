/** The options of a verifier, checked once, at construction. */
import type { Algorithm } from './contract.js'
import { type DocumentStore, withTimeLimit } from './documents/store.js'
import { assertKnownOptions, assertText, readNumber } from './option-checks.js'
import type {
  RevocationOptions,
  TrustedIssuer,
  VerifierEvent,
  VerifierOptions,
  VerifierSettings,
} from './options.js'
import { createSpeaker } from './speaker.js'

/** Options that have been checked and completed. */
export interface CheckedOptions {
  readonly issuers: readonly CheckedIssuer[]
  readonly requireSid: boolean
  readonly cacheSize: number
  readonly refreshInterval: number
  readonly staleIfError: number
  readonly on: ((event: VerifierEvent) => void) | undefined
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

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

const HOUR = 3_600_000

const knownAlgorithms: readonly unknown[] = ['EdDSA', 'RS256']

/** Every name of each kind of options; the types see to it that none is missing. */
const settingNames = Object.keys({
  allowHttp: true,
  requireSid: true,
  cacheSize: true,
  refreshInterval: true,
  staleIfError: true,
  on: true,
  log: true,
  fetch: true,
  now: true,
} satisfies Record<keyof VerifierSettings, true>)

const issuerNames = Object.keys({
  issuer: true,
  audience: true,
  jwksUrl: true,
  algorithms: true,
  store: true,
  revocations: true,
} satisfies Record<keyof TrustedIssuer, true>)

const revocationNames = Object.keys({
  url: true,
  whenStale: true,
  store: true,
} satisfies Record<keyof RevocationOptions, true>)

/** @throws TypeError that says which option is wrong, what was expected, and what to do */
export function readOptions(options: VerifierOptions): CheckedOptions {
  const { cacheSize, refreshInterval, staleIfError, on, log = true, now = Date.now } = options
  return {
    issuers: readIssuers(options),
    requireSid: options.requireSid === true,
    cacheSize: readNumber('cacheSize', cacheSize, 10_000, 0, 10_000_000),
    refreshInterval: readNumber('refreshInterval', refreshInterval, 60_000, 1_000, HOUR),
    staleIfError: readNumber('staleIfError', staleIfError, HOUR, 0, 7 * 24 * HOUR),
    on: on ?? (log ? createSpeaker(now) : undefined),
    fetch: options.fetch ?? globalThis.fetch,
    now,
  }
}

function readIssuers(options: VerifierOptions): readonly CheckedIssuer[] {
  const allowHttp = options.allowHttp === true
  if (options.issuers === undefined) {
    assertKnownOptions(options, ['issuers', ...settingNames, ...issuerNames])
    return [readIssuer(options, allowHttp)]
  }
  const { issuers } = options
  if (!Array.isArray(issuers) || issuers.length === 0) {
    throw new TypeError('issuers: expected an array with at least one issuer')
  }
  const misplaced = issuerNames.find((name) => name in options)
  if (misplaced !== undefined) {
    throw new TypeError(`${misplaced}: expected within each of "issuers", not beside it`)
  }
  assertKnownOptions(options, ['issuers', ...settingNames])
  for (const issuer of issuers) {
    // The options of an issuer that was made for tests bring these along; they protect nobody.
    assertKnownOptions(issuer, [...issuerNames, 'fetch', 'now', 'log'], 'issuers[].')
  }
  const checked = issuers.map((issuer) => readIssuer(issuer, allowHttp))
  if (new Set(checked.map(({ issuer }) => issuer)).size < checked.length) {
    throw new TypeError('issuers: expected each issuer once')
  }
  return checked
}

function readIssuer(options: TrustedIssuer, allowHttp: boolean): CheckedIssuer {
  const { issuer, audience, algorithms = ['EdDSA'], store } = options
  assertText('issuer', issuer, 'issuer')
  assertText('audience', audience, 'issuer')
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
    store: readStore('store', store),
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
  assertKnownOptions(options, revocationNames, 'revocations.')
  const { url = new URL('revocations', jwksUrl), whenStale = 'accept', store } = options
  if (whenStale !== 'accept' && whenStale !== 'refuse') {
    throw new TypeError("revocations.whenStale: expected 'accept' or 'refuse'")
  }
  return {
    url: readUrl('revocations.url', url, allowHttp),
    whenStale,
    store: readStore('revocations.store', store),
  }
}

function readStore(name: string, store: DocumentStore | undefined): DocumentStore | null {
  if (store === undefined) return null
  if (typeof store?.get !== 'function' || typeof store.set !== 'function') {
    throw new TypeError(
      `${name}: expected { get, set }; for a file, createFileStore(path) of claimcheck/file-store`,
    )
  }
  return withTimeLimit(store)
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
