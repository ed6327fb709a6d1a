/** Hono: `bearer(verifier)` puts an Identity into the context, or answers the refusal. */
import type { Context, MiddlewareHandler } from 'hono'
import { assertOwner } from '../authorize.js'
import type { Identity } from '../contract.js'
import { AuthError } from '../errors.js'
import { toProblem } from '../problem.js'
import type { Verifier } from '../verifier.js'

/** What `bearer` adds to the variables of the context. */
export interface BearerVariables {
  identity: Identity
}

export interface BearerOptions {
  /** Adds to every refusal what a developer should change. Default: false; for development only. */
  hints?: boolean
}

/**
 * Lets a request pass only with a good token; `c.var.identity` then says whose it is. Everything else is answered
 * with a problem document (RFC 9457) and, for 401, a Bearer challenge (RFC 6750). The request id is the one that
 * `hono/request-id` set, where it is used.
 */
export function bearer(
  verifier: Pick<Verifier, 'authenticate'>,
  options: BearerOptions = {},
): MiddlewareHandler<{ Variables: BearerVariables }> {
  return async function bearerMiddleware(c, next) {
    try {
      c.set('identity', await verifier.authenticate(readSource(c)))
    } catch (error) {
      return answer(error, c, options)
    }
    await next()
  }
}

/** Lets a request pass only where the path parameter `name` is the subject of the token: 403 otherwise. */
export function owner(
  name: string,
  options: BearerOptions = {},
): MiddlewareHandler<{ Variables: BearerVariables }> {
  return async function ownerMiddleware(c, next) {
    try {
      assertOwner(c.var.identity, c.req.param(name) ?? '')
    } catch (error) {
      return answer(error, c, options)
    }
    await next()
  }
}

/** On Node the raw list shows what joining would hide; elsewhere the Request is all there is. */
function readSource(c: Context): Request | { rawHeaders: string[]; url: string } {
  const rawHeaders: unknown = c.env?.incoming?.rawHeaders
  return Array.isArray(rawHeaders) ? { rawHeaders, url: c.req.url } : c.req.raw
}

function answer(error: unknown, c: Context, { hints = false }: BearerOptions): Response {
  if (!(error instanceof AuthError)) throw error
  // As Hono does for an error that is thrown, so that a logger sees the reason.
  c.error = error
  const requestId: unknown = c.get('requestId')
  const problem = toProblem(error, {
    requestId: typeof requestId === 'string' ? requestId : crypto.randomUUID(),
    hints,
  })
  return c.body(JSON.stringify(problem.body), problem.status as 401, problem.headers)
}
