/**
 * What a developer should change, said of one refusal. Loaded where there is a refusal in development, and nowhere
 * else: it shows what a token says.
 */
import { toAdvice } from './documents/advice.js'
import type { AuthError, AuthErrorCode } from './errors.js'

/** Where and when a token was refused. */
export interface Circumstances {
  /** What was sent in place of a token. */
  readonly token: unknown
  readonly issuers: readonly {
    readonly options: {
      readonly issuer: string
      readonly audience: string
      readonly algorithms: readonly string[]
    }
    readonly keys: { stats(): { readonly clockOffset: number | null } }
  }[]
  /** Seconds since 1970. */
  readonly now: number
}

/** The most that is shown of a value, in characters. */
const LONGEST_VALUE = 200

/** By how much clocks may differ before they are mentioned, in seconds: the Date header is precise to one. */
const NOTICEABLE_SECONDS = 4

/** A sentence, or undefined where the table of errors says all there is to say. */
export function toHint(
  error: AuthError,
  { token, issuers, now }: Circumstances,
): string | undefined {
  const { code } = error
  if (code === 'keys_unavailable') return toKeysHint(error)
  if (code === 'token_malformed') return toMalformedHint(token)
  if (typeof token !== 'string') return undefined
  const [header, claims] = token.split('.').map(readPart)
  if (header === undefined || claims === undefined) return undefined
  const issuer = issuers.find(({ options }) => options.issuer === claims.iss) ?? issuers[0]
  if (issuer === undefined) return undefined
  const { audience, algorithms } = issuer.options
  switch (code) {
    case 'algorithm_not_allowed':
      return toAlgorithmHint(String(header.alg), algorithms)
    case 'issuer_mismatch':
      return toIssuerHint(
        claims.iss,
        issuers.map(({ options }) => options.issuer),
      )
    case 'audience_mismatch':
      return toAudienceHint(claims.aud, audience)
    case 'token_expired':
    case 'token_not_yet_valid':
      return toClockHint(code, claims, now, issuer.keys.stats().clockOffset)
    default:
      return undefined
  }
}

/** The cause says why, and its own cause where. */
function toKeysHint({ cause }: AuthError): string | undefined {
  if (!(cause instanceof Error) || typeof cause.cause !== 'string') return undefined
  const { message: reason, cause: url } = cause
  const advice = toAdvice(reason, url, 'keys')
  return `No keys from ${url}: ${reason}.${advice === null ? '' : ` ${advice}`}`
}

function toMalformedHint(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  if (/^(undefined|null|\[object (Object|Promise)\])$/.test(text)) {
    return `The client sent the word "${text}": it had no token. authClient.token() gives { data: { token } }.`
  }
  if (/^["']|["']$/.test(text)) return 'The token stands in quotation marks: send it without.'
  if (/%3D|%2B|%2F/i.test(text)) {
    return 'This looks like the value of a cookie. Send the JWT that GET /api/auth/token returns.'
  }
  const parts = text.split('.')
  if (parts.length < 3 && text.length < 200) {
    return 'This looks like a session token of Better Auth, not a JWT. Send what GET /api/auth/token returns.'
  }
  if (parts.length === 5) return 'This is an encrypted token (JWE). Send a signed one.'
  if (text.length > 8192) return 'The token is longer than 8 192 characters: put less into claims.'
  return toHeaderHint(readPart(parts[0] ?? ''))
}

function toHeaderHint({ alg, kid }: { alg?: unknown; kid?: unknown }): string | undefined {
  if (typeof alg === 'string' && /^HS\d+$/.test(alg)) return toSharedSecretHint(alg)
  if (alg === 'none') return 'The token is not signed at all (alg "none").'
  if (alg !== undefined && kid === undefined) {
    return "The header of the token has no kid: it was not made by Better Auth's jwt() plugin."
  }
  return undefined
}

function toSharedSecretHint(alg: string): string {
  return `The token is signed with a shared secret (${alg}). Better Auth's jwt() plugin signs with keys that it publishes: this token was made by something else.`
}

function readPart(part: string): Readonly<Record<string, unknown>> {
  try {
    const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

function toAlgorithmHint(found: string, allowed: readonly string[]): string | undefined {
  if (allowed.includes(found)) return undefined
  if (/^HS\d+$/.test(found)) return toSharedSecretHint(found)
  return `The token is signed with ${show(found)}; "algorithms" of the verifier has ${allowed.map(show).join(', ')}.`
}

function toIssuerHint(found: unknown, trusted: readonly string[]): string {
  const names = trusted.map(show).join(', ')
  return trusted.length === 1
    ? `The token comes from issuer ${show(found)}; the verifier trusts ${names}. They must be the same string.`
    : `The token comes from issuer ${show(found)}, which is not among the issuers of the verifier: ${names}.`
}

function toAudienceHint(found: unknown, expected: string): string {
  return `The token is for audience ${show(found)}; the verifier answers to ${show(expected)}. They must be the same string.`
}

/**
 * @param offset seconds by which this clock is ahead of the issuer's, as its answers told; null where they did not
 */
function toClockHint(
  code: AuthErrorCode,
  { iat, exp }: Readonly<Record<string, unknown>>,
  now: number,
  offset: number | null,
): string | undefined {
  if (offset !== null && Math.abs(offset) >= NOTICEABLE_SECONDS) {
    const direction = offset > 0 ? 'ahead of' : 'behind'
    return `The clock of this process is ${Math.round(Math.abs(offset))} s ${direction} the issuer's: set it right (NTP), a fresh token will not help.`
  }
  if (code === 'token_not_yet_valid' && typeof iat === 'number') {
    return `The token was issued ${Math.round(iat - now)} s in the future of this process: one of the clocks is wrong.`
  }
  if (code === 'token_expired' && typeof exp === 'number') {
    return `The token expired ${Math.round(now - exp)} s ago. Fetch a fresh one from /api/auth/token; claimcheck/client does so by itself. Where fresh ones count as expired, the clock of this process is ahead.`
  }
  return undefined
}

/** A value as JSON, cut short; never anything but what a token says of issuer, audience or algorithm. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}
