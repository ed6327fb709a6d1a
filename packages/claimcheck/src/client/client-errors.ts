/** The two ways in which a token is not to be had: nobody is signed in, or nobody could be asked. */

/**
 * Why a session ended here.
 * - `refused`: the issuer answered 401, nobody is signed in
 * - `cleared`: `clear()` was called in this tab
 * - `cleared-elsewhere`: `clear()` was called in another tab
 * - `replaced`: the issuer handed out a token of somebody else
 */
export type SignedOutReason = 'refused' | 'cleared' | 'cleared-elsewhere' | 'replaced'

/** Nobody is signed in. A hand-written `fetchToken` may throw it to say that the issuer answered 401. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError'
  readonly code = 'signed_out'
  readonly reason: SignedOutReason

  constructor(reason: SignedOutReason = 'refused') {
    super('Nobody is signed in.')
    this.reason = reason
  }
}

/**
 * Why no token could be had, although somebody may well be signed in.
 * - `token_unreachable`: a network failure, a time-out, or a 5xx from the issuer
 * - `token_refused`: the issuer answered with a 4xx other than 401: an untrusted origin, a wrong path, a rate limit
 * - `token_unreadable`: the answer holds no JWT with `iat` and `exp`
 * - `token_misdirected`: the token is for another audience than was asked for: `fetchToken` must pass `audience` on
 */
export type TokenUnavailableCode =
  | 'token_unreachable'
  | 'token_refused'
  | 'token_unreadable'
  | 'token_misdirected'

/** No token could be had. Never a reason to sign anybody out. */
export class TokenUnavailableError extends Error {
  override readonly name = 'TokenUnavailableError'
  readonly code: TokenUnavailableCode
  /** Seconds for which the issuer, which sheds a crowd, wants to be left alone; else 0. The client obeys. */
  readonly retryAfter: number

  constructor(code: TokenUnavailableCode, options?: ErrorOptions & { retryAfter?: number }) {
    super(`No token could be had: ${code}.`, options)
    this.code = code
    this.retryAfter = options?.retryAfter ?? 0
  }
}
