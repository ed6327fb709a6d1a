/** The one way of every request: named, let in or turned away, known by its token, answered, counted. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AuthError, type Identity } from 'claimcheck'
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono'
import { type AnswerOptions, completeAnswer, createHeaders, createPreflight } from './answer.js'
import type { ApiEnv } from './context.js'
import { probes } from './health.js'
import type { Load } from './load.js'
import type { RateLimits } from './rate-limit.js'
import type { Report } from './request-log.js'

export interface EveryRequestOptions extends AnswerOptions {
  load: Pick<Load, 'enter' | 'leave' | 'turnAwaySome'>
  limits: RateLimits
  /** Says who asks. @throws AuthError */
  authenticate: (c: Context<ApiEnv>) => Promise<Identity>
  /** Answers what was thrown. */
  refuse: ErrorHandler<ApiEnv>
  report: Report
}

/** A request id that a client sends: as long as this, and of these characters. */
const LONGEST_REQUEST_ID = 64
const requestIdPattern = /^[\w\-=]+$/

/**
 * All that is done around a handler, in this order. It is one middleware, because each layer around a handler costs
 * half as much as looking up a token that was seen before.
 */
export function everyRequest(options: EveryRequestOptions): MiddlewareHandler<ApiEnv> {
  const { load, limits, authenticate, refuse, report } = options
  const makeHeaders = createHeaders(options)
  const answerPreflight = createPreflight(options)

  return async function everyRequestMiddleware(c, next) {
    const began = performance.now()
    const { path } = c.req
    const isPrivate = path.startsWith('/api/') || path === '/api'
    const isProbe = probes.has(path)
    const requestId = readRequestId(c)
    c.set('requestId', requestId)
    c.set('headers', makeHeaders({ requestId, origin: readHeader(c, 'origin'), isPrivate }))
    load.enter()
    try {
      if (isPreflight(c)) {
        c.res = (await answerPreflight(c, next)) ?? c.res
      } else {
        if (!isProbe) load.turnAwaySome()
        // Below /api/ nothing is told to a stranger, not even which paths exist.
        if (isPrivate) await recognise(c)
        else if (!isProbe) limits.takeStranger(c)
        await next()
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      // As Hono does with what a handler throws.
      c.error = error
      c.res = await refuse(error, c)
    } finally {
      load.leave()
    }
    completeAnswer(c)
    report(c, began)
  }

  /** A good token is worth more than an address, which a whole office may share: without one, the address counts. */
  async function recognise(c: Context<ApiEnv>): Promise<void> {
    try {
      c.set('identity', await authenticate(c))
    } catch (error) {
      // A 503 is not the caller's doing.
      if (!(error instanceof AuthError && error.status === 503)) limits.takeStranger(c)
      throw error
    }
    limits.takePerson(c)
  }
}

/** An OPTIONS request that is no preflight asks which methods a path answers. */
function isPreflight({ req }: Context): boolean {
  return req.method === 'OPTIONS' && req.header('Access-Control-Request-Method') !== undefined
}

function readRequestId(c: Context<ApiEnv>): string {
  const sent = readHeader(c, 'x-request-id')
  const isUsable =
    sent !== undefined && sent.length <= LONGEST_REQUEST_ID && requestIdPattern.test(sent)
  return isUsable ? sent : randomUUID()
}

/** A header of the request. On Node it is there already; a Request makes all its headers for whoever asks for one. */
function readHeader(c: Context<ApiEnv>, name: Lowercase<string>): string | undefined {
  const { incoming }: { incoming?: IncomingMessage } = c.env ?? {}
  if (incoming === undefined) return c.req.header(name)
  const value = incoming.headers[name]
  return typeof value === 'string' ? value : undefined
}
