/** Express (and what speaks like it): `bearer(verifier)` puts an Identity onto the request, or answers the refusal. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { assertOwner } from '../authorize.js'
import type { Identity } from '../contract.js'
import { AuthError } from '../errors.js'
import { type BearerOptions, toAdapterAnswer } from '../problem.js'
import type { Verifier } from '../verifier.js'

export type { BearerOptions }

declare global {
  namespace Express {
    interface Request {
      /** Whose request it is. Set by `bearer` of claimcheck/express; absent where that did not run. */
      identity: Identity
    }
  }
}

type Authenticator = Pick<Verifier, 'authenticate'>
type Incoming = IncomingMessage & { identity?: Identity; params?: Record<string, unknown> }
type Next = (error?: unknown) => void
type Middleware = (request: Incoming, response: ServerResponse, next: Next) => Promise<void>

/**
 * Lets a request pass only with a good token; `request.identity` then says whose it is. Everything else is answered
 * with a problem document (RFC 9457) and, for 401, a Bearer challenge (RFC 6750). The request id is the
 * `X-Request-Id` that the response already carries, or a new one.
 */
export function bearer(verifier: Authenticator, options?: BearerOptions): Middleware {
  return guard(async (request) => {
    request.identity = await verifier.authenticate(request)
  }, options)
}

/** Lets a request pass only where the path parameter `name` is the subject of the token: 403 otherwise. */
export function owner(name: string, options?: BearerOptions): Middleware {
  return guard(async ({ identity, params }) => {
    assertOwner(identity as Identity, String(params?.[name] ?? '')) // throws where bearer did not run
  }, options)
}

function guard(check: (request: Incoming) => Promise<void>, options?: BearerOptions): Middleware {
  return async function bearerMiddleware(request, response, next) {
    try {
      await check(request)
    } catch (error) {
      if (!(error instanceof AuthError)) return next(error)
      const requestId = String(response.getHeader('x-request-id') ?? crypto.randomUUID())
      const problem = toAdapterAnswer(error, requestId, options)
      response.writeHead(problem.status, { 'X-Request-Id': requestId, ...problem.headers })
      return void response.end(JSON.stringify(problem.body))
    }
    next()
  }
}
