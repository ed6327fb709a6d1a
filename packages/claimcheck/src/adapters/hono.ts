/** Hono: `bearer(verifier)` puts an Identity into the context, or answers the refusal. */
import type { Context, MiddlewareHandler } from 'hono'
import { assertOwner } from '../authorize.js'
import type { Identity } from '../contract.js'
import { AuthError } from '../errors.js'
import { type BearerOptions, toAdapterAnswer } from '../problem.js'
import type { Verifier } from '../verifier.js'

export type { BearerOptions }

/** What `bearer` adds to the variables of the context. */
export interface BearerVariables {
  identity: Identity
}

type Authenticator = Pick<Verifier, 'authenticate'>
type Middleware = MiddlewareHandler<{ Variables: BearerVariables }>

/**
 * Lets a request pass only with a good token; `c.var.identity` then says whose it is. Everything else is answered
 * with a problem document (RFC 9457) and, for 401, a Bearer challenge (RFC 6750). The request id is the one that
 * `hono/request-id` set, where it is used.
 */
export function bearer(verifier: Authenticator, options?: BearerOptions): Middleware {
  return guard(async (c) => c.set('identity', await verifier.authenticate(readSource(c))), options)
}

/** Lets a request pass only where the path parameter `name` is the subject of the token: 403 otherwise. */
export function owner(name: string, options?: BearerOptions): Middleware {
  return guard(async (c) => assertOwner(c.get('identity'), c.req.param(name) ?? ''), options)
}

function guard(check: (c: Context) => Promise<void>, options?: BearerOptions): Middleware {
  return async function bearerMiddleware(c, next) {
    try {
      await check(c)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      // As Hono does for an error that is thrown, so that a logger sees the reason.
      c.error = error
      const known: unknown = c.get('requestId' as never) // set by middleware that this one does not know
      const requestId = typeof known === 'string' ? known : crypto.randomUUID()
      const problem = toAdapterAnswer(error, requestId, options)
      const headers = { 'X-Request-Id': requestId, ...problem.headers }
      return c.body(JSON.stringify(problem.body), problem.status as 401, headers)
    }
    await next()
  }
}

/** On Node the raw list shows what joining would hide; elsewhere the Request is all there is. */
function readSource(c: Context): Request | { rawHeaders: string[]; url: string } {
  const rawHeaders: unknown = c.env?.incoming?.rawHeaders
  return Array.isArray(rawHeaders) ? { rawHeaders, url: c.req.url } : c.req.raw
}
