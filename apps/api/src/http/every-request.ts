/** The one way of every request: named, let in or turned away, known by its token, answered, counted. */
import type { IncomingMessage } from 'node:http'
import { AuthError, assertOwner, type Identity } from 'claimcheck'
import { tryDecode } from 'hono/utils/url'
import { answerPreflight, completeAnswer, isPreflight } from './answer.js'
import { createExchanges, type Exchange, type ExchangeOptions } from './exchange.js'
import { probes } from './health.js'
import type { Load } from './load.js'
import type { RateLimits } from './rate-limit.js'
import type { Report } from './request-log.js'

/** An answer, at once where nothing has to be waited for: waiting for nothing costs Node's adapter several µs. */
export type Answered = Response | Promise<Response>

/** What Node's adapter hands on beside the request; a test hands on nothing, or what it wants to be found there. */
export interface NodeEnv {
  readonly incoming?: IncomingMessage
  readonly [name: string]: unknown
}

/** Goes around all that is done for a request. */
export type Around = (exchange: Exchange, next: () => Answered) => Answered

export interface EveryRequestOptions extends ExchangeOptions {
  load: Pick<Load, 'enter' | 'leave' | 'turnAwaySome'>
  limits: RateLimits
  /** Says who asks. @throws AuthError */
  authenticate: (exchange: Exchange) => Identity | Promise<Identity>
  /** Has the route of the request answer it. */
  handle: (exchange: Exchange) => Answered
  /** Answers what was thrown. */
  refuse: (error: unknown, exchange: Exchange) => Response
  report: Report
  /** Default: null, nothing does. */
  around: Around | null
}

/** Of what lies below the tasks of a person: whose tasks. */
const ownedPath = /^\/api\/([^/]+)\/tasks(?:\/|$)/

/** All that is done around a handler, in this order, and without a wait of its own. */
export function everyRequest(options: EveryRequestOptions) {
  const { load, limits, authenticate, handle, refuse, report, around } = options
  const openExchange = createExchanges(options)

  return function answerRequest(request: Request, env: NodeEnv = {}): Answered {
    const exchange = openExchange(request, env.incoming)
    load.enter()
    return around === null ? run(exchange) : around(exchange, () => run(exchange))
  }

  function run(exchange: Exchange): Answered {
    let answered: Answered
    try {
      answered = letIn(exchange)
    } catch (error) {
      answered = refuse(error, exchange)
    }
    if (!(answered instanceof Promise)) return close(exchange, answered)
    return answered
      .catch((error: unknown) => refuse(error, exchange))
      .then((response) => close(exchange, response))
  }

  function close(exchange: Exchange, response: Response): Response {
    load.leave()
    completeAnswer(exchange, response)
    report(exchange, response.status)
    return response
  }

  function letIn(exchange: Exchange): Answered {
    if (isPreflight(exchange)) return answerPreflight(exchange)
    const isProbe = probes.has(exchange.path)
    if (!isProbe) load.turnAwaySome()
    // Below /api/ nothing is told to a stranger, not even which paths exist.
    if (exchange.isPrivate) return recognise(exchange)
    if (!isProbe) limits.takeStranger(exchange)
    return handle(exchange)
  }

  function recognise(exchange: Exchange): Answered {
    let identity: Identity | Promise<Identity>
    try {
      identity = authenticate(exchange)
    } catch (error) {
      return refuseStranger(error, exchange)
    }
    if (!(identity instanceof Promise)) return serve(exchange, identity)
    return identity.then(
      (known) => serve(exchange, known),
      (error: unknown) => refuseStranger(error, exchange),
    )
  }

  /** A good token is worth more than an address, which a whole office may share: without one, the address counts. */
  function refuseStranger(error: unknown, exchange: Exchange): never {
    // A 503 is not the caller's doing.
    if (!(error instanceof AuthError && error.status === 503)) limits.takeStranger(exchange)
    throw error
  }

  function serve(exchange: Exchange, identity: Identity): Answered {
    exchange.identity = identity
    limits.takePerson(exchange, identity)
    assertOwnPath(exchange.path, identity)
    return handle(exchange)
  }
}

/**
 * 403 for a path of somebody else, decided before anything else of the request is read; `me` is always the caller.
 * Handlers take the person from the token alone, so this is not what keeps people apart.
 *
 * @throws AuthError `not_owner`
 */
function assertOwnPath(path: string, identity: Identity): void {
  const name = ownedPath.exec(path)?.[1]
  if (name === undefined || name === 'me') return
  // As Hono reads a parameter.
  const userId = name.includes('%') ? tryDecode(name, decodeURIComponent) : name
  if (userId !== 'me') assertOwner(identity, userId)
}
