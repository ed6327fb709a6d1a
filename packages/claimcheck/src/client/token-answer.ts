/** What the application's `fetchToken` may answer, and the only place that decides what it means. */

import { SignedOutError, TokenUnavailableError } from './client-errors.js'

/**
 * A JWT, or the outcome of `authClient.token()` as it is. An `error` with status 401 means that nobody is signed in;
 * every other error, `null` and whatever is thrown mean only that no token could be had this time.
 */
export type TokenAnswer =
  | string
  | null
  | undefined
  | {
      readonly data?: { readonly token: string } | null
      readonly error?: { readonly status?: number; readonly retryAfter?: number } | null
    }

/** The text of the token. */
export function readAnswer(answer: TokenAnswer): unknown {
  if (!answer || typeof answer === 'string') return answer
  if (answer.error) throw toTokenError(answer.error)
  return answer.data?.token
}

/** Gives every failure of `fetchToken` its meaning: only a 401 ends a session. */
export function toTokenError(error: unknown): SignedOutError | TokenUnavailableError {
  if (error instanceof SignedOutError || error instanceof TokenUnavailableError) return error
  const said = error as { status?: unknown; retryAfter?: unknown } | null | undefined
  const status = Number(said?.status)
  if (status === 401) return new SignedOutError()
  const code = status >= 400 && status < 500 ? 'token_refused' : 'token_unreachable'
  const retryAfter = Number(said?.retryAfter) || 0
  return new TokenUnavailableError(code, { cause: error, retryAfter })
}
