/** Plain node:http: `bearer(verifier, handler)` calls the handler with an Identity, or answers the refusal. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Identity } from '../contract.js'
import { AuthError } from '../errors.js'
import { type BearerOptions, toAdapterAnswer } from '../problem.js'
import type { Verifier } from '../verifier.js'

export type { BearerOptions }

/** Answers a request of somebody who is known. May throw an AuthError, as `assertOwner` does. */
export type NodeHandler = (
  identity: Identity,
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>

/**
 * Lets a request reach `handler` only with a good token. Everything else, and an AuthError that the handler throws
 * before it has answered, is answered with a problem document (RFC 9457) and, for 401, a Bearer challenge (RFC 6750).
 * The request id is the `X-Request-Id` that the response already carries, or a new one.
 */
export function bearer(
  verifier: Pick<Verifier, 'authenticate'>,
  handler: NodeHandler,
  options?: BearerOptions,
): RequestListener {
  return async function bearerListener(request, response) {
    try {
      await handler(await verifier.authenticate(request), request, response)
    } catch (error) {
      answer(error, response, options)
    }
  }
}

function answer(error: unknown, response: ServerResponse, options?: BearerOptions): void {
  if (!(error instanceof AuthError) || response.headersSent) throw error
  const requestId = String(response.getHeader('x-request-id') ?? crypto.randomUUID())
  const problem = toAdapterAnswer(error, requestId, options)
  response.writeHead(problem.status, { 'X-Request-Id': requestId, ...problem.headers })
  response.end(JSON.stringify(problem.body))
}
