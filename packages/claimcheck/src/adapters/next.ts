/** Next.js route handlers: `bearer(verifier, handler)` calls the handler with an Identity, or answers the refusal. */
import type { Identity } from '../contract.js'
import { AuthError } from '../errors.js'
import { type BearerOptions, toAdapterAnswer } from '../problem.js'
import type { Verifier } from '../verifier.js'

export type { BearerOptions }

/** Answers a request of somebody who is known. May throw an AuthError, as `assertOwner` does. */
export type RouteHandler<Incoming extends Request, Context> = (
  identity: Identity,
  request: Incoming,
  context: Context,
) => Response | Promise<Response>

/**
 * Lets a request reach `handler` only with a good token: `export const GET = bearer(verifier, handler)`. Everything
 * else, and an AuthError that the handler throws, is answered with a problem document (RFC 9457) and, for 401, a
 * Bearer challenge (RFC 6750). `redirect()`, `notFound()` and other errors pass through. It needs nothing of Next.js,
 * so it serves wherever a Request is answered with a Response.
 */
export function bearer<Incoming extends Request, Context>(
  verifier: Pick<Verifier, 'authenticate'>,
  handler: RouteHandler<Incoming, Context>,
  options?: BearerOptions,
): (request: Incoming, context: Context) => Promise<Response> {
  return async function bearerRoute(request, context) {
    try {
      return await handler(await verifier.authenticate(request), request, context)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      const requestId = crypto.randomUUID()
      const { status, headers, body } = toAdapterAnswer(error, requestId, options)
      return Response.json(body, { status, headers: { 'X-Request-Id': requestId, ...headers } })
    }
  }
}
