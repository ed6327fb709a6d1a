/**
 * What the list of tasks asks Better Auth, as its client asks it: that client weighs eleven kilobytes, for three
 * requests.
 */

import type { FetchToken } from 'claimcheck/client'
import { readRetryAfter } from '../tasks/api/problem.js'
import { readField } from '../tasks/api/task-shape.js'
import type { AuthFailure } from './failure.js'

/** What `authClient.token()` answers, with how long to wait where the site says it. */
export const fetchToken: FetchToken = async ({ signal }) => {
  const response = await fetch('/api/auth/token', { signal, cache: 'no-store' })
  if (response.ok) return { data: await response.json() }
  const retryAfter = readRetryAfter(response.headers.get('retry-after')) ?? 0
  return { error: { status: response.status, retryAfter } }
}

/** Signs in or out. Throws what `fetch` throws. */
export async function postAuth(
  path: '/sign-in/email' | '/sign-out',
  body: object,
  { onError }: { onError(context: { readonly response: Response }): void },
): Promise<{ readonly error: AuthFailure | null }> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (response.ok) return { error: null }
  onError({ response })
  const code = readField(await response.json().catch(() => null), 'code')
  return { error: { status: response.status, code: typeof code === 'string' ? code : undefined } }
}
