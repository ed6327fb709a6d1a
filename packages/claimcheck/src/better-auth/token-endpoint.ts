/**
 * What surrounds Better Auth's own /token and /jwks: who may ask, from which source it answers,
 * what may be cached.
 */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Audiences } from './issuer-options.js'

/** A hook of Better Auth around its endpoints. */
export interface Hook {
  matcher(context: { path?: string }): boolean
  handler: ReturnType<typeof createAuthMiddleware>
}

/** Seconds a key set may be cached by whoever fetches it. */
const KEY_SET_MAX_AGE = 60
const noStore = { 'cache-control': 'no-store' }

/**
 * Guards /token. It answers from the session in the database, never from a cookie cache, and
 * refuses what a browser marks as coming from an origin that is not trusted, and an audience that
 * is not listed. Calls on the server carry no request and are exempt from the first; they cannot
 * set a cookie either, so they leave the session's end alone.
 */
export function guardToken(audiences: Audiences): Hook {
  return {
    matcher: (context) => context.path === '/token',
    handler: createAuthMiddleware(async (ctx) => {
      if (
        ctx.request &&
        !isFromTrustedOrigin(ctx.request.headers, (url) => ctx.context.isTrustedOrigin(url))
      ) {
        throw new APIError(
          'FORBIDDEN',
          { message: 'Tokens are handed out to trusted origins only', code: 'INVALID_ORIGIN' },
          noStore,
        )
      }
      const wanted: unknown = ctx.query?.audience
      if (wanted !== undefined && !audiences.some((audience) => audience === wanted)) {
        throw new APIError(
          'BAD_REQUEST',
          {
            message:
              'No tokens are made for that audience: add it to "audience" of claimcheck() at the issuer',
            code: 'AUDIENCE_NOT_LISTED',
          },
          noStore,
        )
      }
      const disableRefresh = ctx.request ? {} : { disableRefresh: true }
      return { context: { query: { ...ctx.query, disableCookieCache: true, ...disableRefresh } } }
    }),
  }
}

/** Says what may be cached: a token by nobody, the key set for a minute. */
export function setCacheHeaders(): Hook {
  return {
    matcher: (context) => context.path === '/token' || context.path === '/jwks',
    handler: createAuthMiddleware(async (ctx) => {
      const isPublic = ctx.path === '/jwks' && !(ctx.context.returned instanceof Error)
      ctx.setHeader('cache-control', isPublic ? `public, max-age=${KEY_SET_MAX_AGE}` : 'no-store')
    }),
  }
}

/**
 * Whether a request may come from where its browser says it does. Origin decides when it is there;
 * without it, Fetch Metadata does (https://w3c.github.io/webappsec-fetch-metadata/). Programs that
 * are no browser send neither.
 */
export function isFromTrustedOrigin(
  headers: Headers,
  isTrusted: (origin: string) => boolean,
): boolean {
  const origin = headers.get('origin')
  if (origin !== null) return isTrusted(origin)
  const site = headers.get('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none'
}

/** Answers that are not good ones are not worth keeping, and some of them are about one person. */
export function withholdErrors(response: Response): Response {
  if (response.ok || response.headers.has('cache-control')) return response
  const headers = new Headers(response.headers)
  headers.set('cache-control', 'no-store')
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}
