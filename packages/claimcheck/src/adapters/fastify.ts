/** Fastify: `bearer(verifier)` as an onRequest hook puts an Identity onto the request, or answers the refusal. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { assertOwner } from '../authorize.js'
import type { Identity } from '../contract.js'
import { AuthError } from '../errors.js'
import { type BearerOptions, toAdapterAnswer } from '../problem.js'
import type { Verifier } from '../verifier.js'

export type { BearerOptions }

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request it is. Set by `bearer` of claimcheck/fastify; absent where that did not run. */
    identity: Identity
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * Lets a request pass only with a good token; `request.identity` then says whose it is. Everything else is answered
 * with a problem document (RFC 9457) and, for 401, a Bearer challenge (RFC 6750). The request id is Fastify's own.
 */
export function bearer(verifier: Pick<Verifier, 'authenticate'>, options?: BearerOptions): Hook {
  return guard(async (request) => {
    request.identity = await verifier.authenticate(request.raw)
  }, options)
}

/** Lets a request pass only where the path parameter `name` is the subject of the token: 403 otherwise. */
export function owner(name: string, options?: BearerOptions): Hook {
  return guard(async ({ identity, params }) => {
    assertOwner(identity, (params as Record<string, string>)[name] ?? '')
  }, options)
}

function guard(check: (request: FastifyRequest) => Promise<void>, options?: BearerOptions): Hook {
  return async function bearerHook(request, reply) {
    try {
      await check(request)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      const { id: requestId } = request
      const problem = toAdapterAnswer(error, requestId, options)
      reply.code(problem.status).headers({ 'X-Request-Id': requestId, ...problem.headers })
      // As text: a serializer of the application must not reshape it.
      return reply.send(JSON.stringify(problem.body))
    }
  }
}
