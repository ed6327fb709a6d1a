/**
 * Tells "you are not signed in" from "I cannot look right now". Better Auth answers 401 to both,
 * and a browser that hears 401 signs the person out.
 */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Hook } from './token-endpoint.js'

/** Seconds after which it may be worth asking again. */
const RETRY_AFTER = 2

/**
 * Looks again behind a 401 to somebody who has a session cookie. Where the session cannot be read,
 * or is there after all, the answer becomes 503. Good answers cost nothing.
 */
export function correctFalseRefusals(): Hook {
  return {
    matcher: () => true,
    handler: createAuthMiddleware(async (ctx) => {
      const { returned, authCookies, secret, internalAdapter } = ctx.context
      if (!isNotSignedIn(returned)) return
      const token = await ctx.getSignedCookie(authCookies.sessionToken.name, secret)
      if (!token) return
      let isAlive: boolean
      try {
        const found = await internalAdapter.findSession(token)
        isAlive = found !== null && new Date(found.session.expiresAt) > new Date()
      } catch {
        isAlive = true
      }
      if (!isAlive) return
      return toAnswer(ctx, toUnavailable('Sessions cannot be read right now'))
    }),
  }
}

/**
 * Any other code says what else is wrong. Some endpoints give none, in an error of the class that APIError extends and
 * Better Auth does not export.
 */
function isNotSignedIn(returned: unknown): boolean {
  if (!(returned instanceof Error && 'statusCode' in returned && returned.statusCode === 401)) {
    return false
  }
  const body: unknown = 'body' in returned ? returned.body : undefined
  if (body === undefined) return true
  return typeof body === 'object' && body !== null && 'code' in body && body.code === 'UNAUTHORIZED'
}

/** The answer to what could not be looked up or stored. */
export function toUnavailable(message: string): APIError {
  return new APIError(
    'SERVICE_UNAVAILABLE',
    { message, code: 'SERVICE_UNAVAILABLE' },
    { 'cache-control': 'no-store', 'retry-after': String(RETRY_AFTER) },
  )
}

/**
 * Puts an error in the place of what an endpoint returned.
 *
 * @throws the error itself where the caller is this server
 */
export function toAnswer(ctx: { request?: Request | undefined }, error: APIError): Response {
  // Over HTTP the status of the first answer would stay, were this one thrown.
  if (!ctx.request) throw error
  return Response.json(error.body, { status: error.statusCode, headers: error.headers })
}
