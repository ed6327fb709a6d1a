/** What the claims of a signed token must say, check by check, in the order in which they are made. */
import {
  ACCESS_TOKEN_TYPE,
  CLOCK_TOLERANCE_SECONDS,
  ISSUED_AHEAD_SECONDS,
  LONGEST_ID,
  LONGEST_LIFETIME_SECONDS,
} from './contract.js'
import { AuthError, type AuthErrorCode } from './errors.js'
import { type Note, toKind } from './trace.js'

/** What a resource server expects of a token. */
export interface ClaimPolicy {
  readonly issuer: string
  readonly audience: string
  readonly requireSid: boolean
}

type Claims = Readonly<Record<string, unknown>>

/** One check. It runs on every request, whether or not the signature was checked before. */
export interface ClaimCheck {
  readonly name: string
  /** The claim it reads. */
  readonly claim: string
  /**
   * Why a token that fails it is refused; undefined where it passes. `now` is in seconds since 1970, `type` is the
   * `typ` of the header.
   */
  readonly refusal: (
    claims: Claims,
    policy: ClaimPolicy,
    now: number,
    type: unknown,
  ) => AuthErrorCode | undefined
  /** What a trace says was found. Default: the kind of the claim. */
  readonly found?: (claims: Claims, type: unknown) => string
}

/**
 * Makes all checks, and tells `note` of each. `seconds` are those since 1970.
 *
 * @throws AuthError of the first that fails
 */
export function checkClaims(
  { claims, type }: { readonly claims: Claims; readonly type: unknown },
  policy: ClaimPolicy,
  seconds: number,
  note?: Note,
): void {
  for (const check of claimChecks) {
    note?.(check.name, check.found?.(claims, type) ?? toKind(claims[check.claim]))
    const code = check.refusal(claims, policy, seconds, type)
    if (code !== undefined) throw new AuthError(code)
  }
}

export const claimChecks: readonly ClaimCheck[] = [
  {
    name: 'issuer',
    claim: 'iss',
    refusal: ({ iss }, { issuer }) => (iss === issuer ? undefined : 'issuer_mismatch'),
  },
  {
    name: 'audience',
    claim: 'aud',
    refusal: ({ aud }, { audience }) => (isFor(aud, audience) ? undefined : 'audience_mismatch'),
  },
  {
    name: 'expiry',
    claim: 'exp',
    refusal: ({ exp }, _, now) => {
      if (!isTime(exp)) return 'claim_invalid'
      return now < exp + CLOCK_TOLERANCE_SECONDS ? undefined : 'token_expired'
    },
  },
  {
    name: 'issued at',
    claim: 'iat',
    refusal: ({ iat }, _, now) => {
      if (!isTime(iat)) return 'claim_invalid'
      return iat <= now + ISSUED_AHEAD_SECONDS ? undefined : 'token_not_yet_valid'
    },
  },
  {
    name: 'not before',
    claim: 'nbf',
    refusal: ({ nbf }, _, now) => {
      if (nbf === undefined) return undefined
      if (!isTime(nbf)) return 'claim_invalid'
      return nbf <= now + CLOCK_TOLERANCE_SECONDS ? undefined : 'token_not_yet_valid'
    },
  },
  {
    name: 'subject',
    claim: 'sub',
    refusal: ({ sub }) => (isId(sub) ? undefined : 'claim_invalid'),
  },
  {
    // A token that was issued to a program has the person's subject and not the person's rights (RFC 9068 §2.2).
    name: 'delegation',
    claim: 'client_id',
    refusal: (claims, _, __, type) =>
      findDelegation(claims, type) === undefined ? undefined : 'delegation_not_allowed',
    found: (claims, type) => findDelegation(claims, type) ?? 'absent',
  },
  {
    name: 'session',
    claim: 'sid',
    refusal: ({ sid }, { requireSid }) => {
      if (sid === undefined && !requireSid) return undefined
      return isId(sid) ? undefined : 'claim_invalid'
    },
  },
  {
    // A token bound to a key of its holder is worth nothing without the proof, which nobody checks here (RFC 7800 §3).
    name: 'confirmation',
    claim: 'cnf',
    refusal: ({ cnf }) => (cnf === undefined ? undefined : 'claim_invalid'),
  },
  {
    // Security event tokens carry "events" and are never credentials (RFC 8417 §2.2).
    name: 'events',
    claim: 'events',
    refusal: ({ events }) => (events === undefined ? undefined : 'claim_invalid'),
  },
  {
    name: 'lifetime',
    claim: 'exp',
    refusal: ({ exp, iat }) => {
      const isShort = isTime(exp) && isTime(iat) && exp - iat <= LONGEST_LIFETIME_SECONDS
      return isShort ? undefined : 'claim_invalid'
    },
  },
]

/**
 * The name of what shows that the token was issued to a program, which no other has (RFC 9068 §2.2, RFC 8693 §4,
 * OpenID Connect Core §2). Each claim by its name and not out of a list, which is faster: this runs on every request.
 */
function findDelegation({ scope, azp, client_id, act }: Claims, type: unknown): string | undefined {
  if (type === ACCESS_TOKEN_TYPE) return 'typ'
  if (scope !== undefined) return 'scope'
  if (azp !== undefined) return 'azp'
  if (client_id !== undefined) return 'client_id'
  return act === undefined ? undefined : 'act'
}

/** Compared exactly; an array must hold strings only (RFC 7519 §4.1.3). */
function isFor(aud: unknown, audience: string): boolean {
  if (!Array.isArray(aud)) return aud === audience
  return aud.includes(audience) && aud.every((entry) => typeof entry === 'string')
}

/** A NumericDate (RFC 7519 §2). JSON can spell numbers that are infinite. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

const printable = /^[!-~]{1,255}$/
const control = /\p{Cc}/u
const loneSurrogate = /\p{Cs}/u

/** A string of 1 to 255 characters that any database and log can hold. */
function isId(value: unknown): value is string {
  // The usual id, told apart cheaply: this runs on every request.
  if (typeof value === 'string' && printable.test(value)) return true
  if (typeof value !== 'string' || value === '' || value.length > 2 * LONGEST_ID) return false
  if (value.length > LONGEST_ID && [...value].length > LONGEST_ID) return false
  return !control.test(value) && !loneSurrogate.test(value)
}
