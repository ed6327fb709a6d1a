/** What Better Auth refuses, in plain sentences: by its code, never by its own message. */

import { authCopy } from '../copy/auth.js'
import { readRetryAfter } from '../tasks/api/problem.js'
import type { Outcome } from './use-submit.js'

/** The error of a Better Auth client call. */
export interface AuthFailure {
  readonly status?: number | undefined
  readonly code?: string | undefined
}

/**
 * Describes a failure.
 *
 * @param response The answer, where there was one: a 429 says in its headers how long to wait.
 */
export function readAuthFailure(failure: AuthFailure, response?: Response): Outcome {
  if (failure.status === 429) {
    const headers = response?.headers
    const wait = readRetryAfter(
      headers?.get('retry-after') ?? headers?.get('x-retry-after') ?? null,
    )
    const seconds = Math.max(1, Math.ceil(wait ?? 60))
    return { tone: 'bad', text: authCopy.wait(seconds), retryAt: Date.now() + seconds * 1000 }
  }
  return { tone: 'bad', text: describe(failure) }
}

/**
 * Runs a Better Auth client call and gives what to say about its failure, or null when it went well.
 *
 * @param call Passes `fetchOptions` on, so that the answer's headers can be read.
 */
export async function tryAuth(
  call: (fetchOptions: { onError(context: { response: Response }): void }) => Promise<{
    readonly error: AuthFailure | null
  }>,
): Promise<{ readonly failure: AuthFailure; readonly outcome: Outcome } | null> {
  let response: Response | undefined
  try {
    const { error } = await call({
      onError(context) {
        response = context.response
      },
    })
    return error && { failure: error, outcome: readAuthFailure(error, response) }
  } catch (error) {
    // The client throws what fetch throws: a TypeError when the site could not be reached.
    if (!(error instanceof TypeError)) throw error
    return { failure: {}, outcome: readAuthFailure({}) }
  }
}

function describe(failure: AuthFailure): string {
  const known = failure.code && authCopy.errors[failure.code]
  if (known) return known
  if (!failure.status) return authCopy.unreachable
  return failure.status >= 500 ? authCopy.unavailable : authCopy.unknown
}
