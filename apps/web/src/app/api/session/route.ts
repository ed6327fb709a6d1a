/**
 * Whose session the cookie is, for pages that stay open: `{ userId }`, null when nobody is signed in.
 * With `?wait` the answer is held until the session ends, ten seconds at most.
 */
import type { NextRequest } from 'next/server'
import { toProblem } from '../../../auth/problem.js'
import { getAuth, getSessionWatch } from '../../../auth/running.js'

/** Milliseconds. */
const PATIENCE = 10_000

export async function GET(request: NextRequest): Promise<Response> {
  let session: Awaited<ReturnType<typeof readSession>>
  try {
    session = await readSession(request.headers)
  } catch {
    // Whoever asks goes on as before, and asks again.
    return toProblem('database_unavailable', { 'retry-after': '5' })
  }
  if (!session) return toAnswer(null)
  const isHeld = request.nextUrl.searchParams.has('wait')
  const hasEnded =
    isHeld && (await getSessionWatch().untilEnded(session.session.id, PATIENCE, request.signal))
  return toAnswer(hasEnded ? null : session.user.id)
}

/** A page that stays open does not make the session longer. */
function readSession(headers: Headers) {
  return getAuth().api.getSession({
    headers,
    query: { disableRefresh: true, disableCookieCache: true },
  })
}

function toAnswer(userId: string | null): Response {
  return Response.json({ userId }, { headers: { 'cache-control': 'no-store' } })
}

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT }

function refuse(): Response {
  return toProblem('method_not_allowed', { allow: 'GET, HEAD' })
}
