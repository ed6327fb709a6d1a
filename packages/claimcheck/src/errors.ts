/** The one error of the library, and the closed table of reasons a request is refused. */

/** What an `AuthErrorCode` means over HTTP. */
export interface AuthErrorMeaning {
  readonly status: 400 | 401 | 403 | 503
  /**
   * The `error` of the Bearer challenge (RFC 6750 §3.1); absent where no challenge, or one without an error, is due.
   */
  readonly challenge?: 'invalid_request' | 'invalid_token'
  /** A short name for people; the same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string
  /** A fixed sentence: nothing from the request ever enters it. */
  readonly detail: string
  /** What a developer should look at. Shown in development only. */
  readonly hint: string
}

/**
 * Every reason, in the order in which a request meets them. 401 says that the credential is bad, 503 that it
 * could not be checked: the two never share a code.
 */
export const authErrors = {
  request_malformed: {
    status: 400,
    challenge: 'invalid_request',
    title: 'Malformed request',
    detail: 'The request carries more than one credential, or cannot be read.',
    hint: 'Send exactly one Authorization header, and the token nowhere else.',
  },
  token_missing: {
    status: 401,
    title: 'Token missing',
    detail: 'This resource needs a bearer token.',
    hint: 'Send "Authorization: Bearer <token>". Tokens in a query, form or cookie are not looked at. If it was sent, a proxy on the way took it off.',
  },
  token_malformed: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Token malformed',
    detail: 'The token is not a well-formed signed JWT.',
    hint: 'Send the token exactly as /api/auth/token returned it. A session token or "undefined" is not a JWT.',
  },
  algorithm_not_allowed: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Algorithm not allowed',
    detail: 'The token is signed with an algorithm this API does not accept.',
    hint: 'Make "algorithm" of the issuer and "algorithms" of the verifier agree; while changing over, allow both.',
  },
  key_unknown: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Key unknown',
    detail: 'The token is signed with a key that its issuer does not publish.',
    hint: 'Check that jwksUrl belongs to the issuer that made the token, and that both use the same database.',
  },
  signature_invalid: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Signature invalid',
    detail: 'The signature of the token does not match its content.',
    hint: 'The token was changed after it was signed, or it was signed by somebody else.',
  },
  issuer_mismatch: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Issuer mismatch',
    detail: 'The token comes from an issuer this API does not trust.',
    hint: 'Make "issuer" the same string for issuer and verifier; a trailing slash or another port makes another issuer.',
  },
  audience_mismatch: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Audience mismatch',
    detail: 'The token was made for another audience.',
    hint: 'Make "audience" the same string for issuer and verifier.',
  },
  token_expired: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Token expired',
    detail: 'The token has expired.',
    hint: 'Fetch a fresh token from /api/auth/token; the claimcheck/client does so by itself.',
  },
  token_not_yet_valid: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Token not yet valid',
    detail: 'The token is not valid yet.',
    hint: 'The clocks of issuer and API disagree by more than the tolerance: check time synchronisation.',
  },
  claim_invalid: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Claim invalid',
    detail: 'A claim of the token is missing, or has a value this API does not accept.',
    hint: 'exp, iat and sub are required; verifier.explain(token) names the check that failed.',
  },
  delegation_not_allowed: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Delegation not allowed',
    detail: 'The token was issued to a program, and this API takes only tokens of people.',
    hint: 'Send the token of /api/auth/token. One with scope, azp, client_id, act or typ at+jwt is an OAuth access token.',
  },
  token_revoked: {
    status: 401,
    challenge: 'invalid_token',
    title: 'Token revoked',
    detail: 'The session of this token has ended.',
    hint: 'The person signed out, changed the password or was removed: sign in again.',
  },
  not_owner: {
    status: 403,
    title: 'Not yours',
    detail: 'This path belongs to somebody else.',
    hint: 'The user id in the path must be the subject of the token.',
  },
  keys_unavailable: {
    status: 503,
    title: 'Keys unavailable',
    detail:
      'The token cannot be checked right now, because the keys of its issuer cannot be fetched.',
    hint: 'Check that jwksUrl can be reached from this process; verifier.stats() tells the last failure.',
  },
  revocations_stale: {
    status: 503,
    title: 'Revocations stale',
    detail: 'The token cannot be checked right now, because ended sessions cannot be looked up.',
    hint: 'Check that the revocation feed can be reached from this process.',
  },
} as const satisfies Record<string, AuthErrorMeaning>

/** A reason from the closed table; docs/errors.md has a section for each. */
export type AuthErrorCode = keyof typeof authErrors

/** Options of an {@link AuthError}. */
export interface AuthErrorOptions {
  /** The fault underneath; kept for logs, never shown to the caller. */
  cause?: unknown
  /** Seconds after which trying again makes sense; for 503 only. Default: 1. */
  retryAfter?: number
  /** What a developer should change, said of this one refusal. Default: what the table says of the code. */
  hint?: string | undefined
}

/** Whether this engine lets the length of stacks be set; frozen globals do not. */
const hasStackLimit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

/**
 * A request that was refused, or could not be judged. `code` is stable and safe to switch on; `message` is a
 * fixed sentence and holds nothing of the token. A refusal has no stack: its code says all there is, and whoever sends
 * bad tokens would decide how many are captured.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  readonly status: AuthErrorMeaning['status']
  /** Seconds, present on 503 only. */
  readonly retryAfter: number | undefined
  /** What a developer should look at. */
  readonly hint: string

  constructor(code: AuthErrorCode, options: AuthErrorOptions = {}) {
    const meaning: AuthErrorMeaning = authErrors[code]
    const { stackTraceLimit } = Error
    if (hasStackLimit && meaning.status !== 503) Error.stackTraceLimit = 0
    super(meaning.detail, options.cause === undefined ? undefined : { cause: options.cause })
    if (hasStackLimit) Error.stackTraceLimit = stackTraceLimit
    this.code = code
    this.status = meaning.status
    this.retryAfter = meaning.status === 503 ? (options.retryAfter ?? 1) : undefined
    this.hint = options.hint ?? meaning.hint
  }
}

/** The same refusal, with more to say to a developer. */
export function withHint({ code, cause, retryAfter }: AuthError, hint: string): AuthError {
  return new AuthError(code, {
    cause,
    hint,
    ...(retryAfter !== undefined && { retryAfter }),
  })
}
