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
      readonly error?: { readonly status?: number } | null
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
  const status = readStatus(error)
  if (status === 401) return new SignedOutError()
  const refused = status !== undefined && status >= 400 && status < 500
  const again = status === 408 || status === 429
  const code = refused && !again ? 'token_refused' : 'token_unreachable'
  return new TokenUnavailableError(code, { cause: error })
}

/** Worth asking again at once: what a deploy or a hiccup of the network looks like, unlike a limit or a hang. */
export function isPassing(error: SignedOutError | TokenUnavailableError): boolean {
  const { code, cause } = error
  const hung = cause instanceof DOMException && cause.name === 'TimeoutError'
  return code === 'token_unreachable' && readStatus(cause) !== 429 && !hung
}

function readStatus(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null | undefined)?.status
  return typeof status === 'number' ? status : undefined
}
