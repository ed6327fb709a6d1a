/**
 * The two questions to Better Auth that the list of tasks asks, as its client asks them: the client itself weighs
 * eleven kilobytes, and is fetched where somebody signs in.
 */

import type { FetchToken } from 'claimcheck/client'
import { readRetryAfter } from '../tasks/api/problem.js'

/** What `authClient.token()` answers, with how long to wait where the site says it. */
export const fetchToken: FetchToken = async ({ signal }) => {
  const response = await fetch('/api/auth/token', { signal, cache: 'no-store' })
  if (response.ok) return { data: await response.json() }
  const retryAfter = readRetryAfter(response.headers.get('retry-after')) ?? 0
  return { error: { status: response.status, retryAfter } }
}

/** Ends the session. Throws what `fetch` throws. */
export function askToSignOut(): Promise<Response> {
  return fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
}
