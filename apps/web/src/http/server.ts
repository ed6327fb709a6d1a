/** The HTTP server around Next.js: who called, what is refused before anything is read, and an orderly end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FeedListener } from 'claimcheck/better-auth'
import { createAddressReader, getAddressHeader, toNetworks } from '../auth/client-address.js'
import { serverLimits } from '../auth/limits/limits.js'
import type { AuthLogger } from '../auth/log.js'
import { toSecurityHeaders } from '../content-policy.js'
import type { Env } from '../env.js'
import { createBodyGate } from './body-gate.js'
import { limitConnections, limitPipelining } from './connections.js'
import type { HashGate } from './hash-gate.js'
import { type Metrics, mayReadMetrics } from './metrics.js'
import { createPageTurns } from './page-turns.js'
import { createProbes } from './probes.js'
import { createSlowRefusals, refuse } from './refuse.js'
import { createRequestLimit, toKind } from './request-limit.js'

export interface WebServerOptions {
  readonly env: Env
  readonly log: AuthLogger
  /** Answers requests for the revocation feed, which are held by thousands: Next.js would keep far more for each. */
  readonly answersFeed: FeedListener
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Hears of every request before anything else does. */
  observe(request: IncomingMessage, response: ServerResponse): void
  /** Before everything that wants a password hashed. */
  readonly hashes: HashGate
  /** Hears of requests that were turned away because too many passwords are being hashed. */
  onShed(request: IncomingMessage): void
  /** Rejects while the database of sign-in cannot be reached. */
  checkDatabase(): Promise<void>
  /** Whether what belongs to a complete start is there. Default: it is. */
  isPrepared?(): boolean
  /** Null where /metrics is not answered on this port. */
  readonly metrics: Pick<Metrics, 'answer'> | null
  /** Whether connections are to end with their answer. */
  isStopping(): boolean
}

export function createWebServer(options: WebServerOptions): Server {
  const { env, log, answersFeed, handle, hashes, observe, onShed, metrics, isStopping } = options
  const probes = createProbes(options)
  const addresses = createAddressReader(env.trustedProxies)
  const gate = createBodyGate()
  const requests = createRequestLimit()
  const pages = createPageTurns()
  const mayFollow = limitPipelining(serverLimits.pipelined)
  const { tellBusy, tellTooMany } = createSlowRefusals()
  const security = Object.entries(toSecurityHeaders(env.public))
  const { host: ownHost, protocol } = new URL(env.public.appUrl)
  const reported = new Set<string>()

  /** Said once for each, and for few. */
  function report(proxy: string): void {
    if (reported.has(proxy) || reported.size >= 20) return
    reported.add(proxy)
    log.log(
      'warn',
      `${proxy} sends X-Forwarded-For and is not named: limits by address are off behind it. If it is a proxy of yours, set TRUSTED_PROXIES=${[...env.trustedProxies, proxy].join(',')}`,
    )
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (!mayFollow(request, response)) return
    observe(request, response)
    for (const [name, value] of security) response.setHeader(name, value)
    if (isStopping()) response.setHeader('connection', 'close')
    if (probes.answers(request, response)) return
    if (request.url === '/metrics' && metrics && mayReadMetrics(request)) {
      void metrics.answer(response)
      return
    }
    if (countHosts(request) > 1) {
      refuse(response, 'request_malformed')
      return
    }
    const forwarded = request.headers['x-forwarded-for']
    const { address, unnamedProxy } = addresses.read(
      Array.isArray(forwarded) ? forwarded.join() : forwarded,
      request.socket.remoteAddress,
    )
    if (unnamedProxy !== null) report(unnamedProxy)
    if (address === null) delete request.headers[getAddressHeader()]
    else request.headers[getAddressHeader()] = address
    // Next.js compares the origin of a server action with this one, which a client could send as well.
    request.headers['x-forwarded-host'] = ownHost
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    // Whoever has a network has all its addresses.
    const [network = null] = address === null ? [] : toNetworks(address)
    if (answersFeed(request, response, network)) return
    const kind = toKind(request.url ?? '')
    // A proxy that does not say for whom it asks, and this machine itself, speak for many.
    const counted = env.authRateLimit && !addresses.isProxy(address ?? undefined) ? network : null
    const retryAfter = counted === null || address === null ? 0 : requests.consume(kind, address)
    gate.pass(request, response, () => {
      if (retryAfter > 0) return tellTooMany(request, response, retryAfter)
      const begin = () => {
        if (kind === 'other' || counted === null) return handle(request, response)
        pages.take(counted, response, () => handle(request, response))
      }
      const turnAway = () => {
        onShed(request)
        tellBusy(response)
      }
      hashes.admit(request, response, network, { begin, turnAway })
    })
  }

  const server = createServer(
    {
      headersTimeout: serverLimits.headers,
      requestTimeout: serverLimits.request,
      keepAliveTimeout: serverLimits.keepAlive,
      connectionsCheckingInterval: 2_000,
    },
    answer,
  )
  // Asked before the body is sent, so that a large one never is.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (gate.isTooLarge(request)) return refuse(response, 'body_too_large')
    response.writeContinue()
    answer(request, response)
  })
  limitConnections(server, addresses, serverLimits.connections)
  return server
}

/** Node.js keeps the first of two and says nothing. */
function countHosts({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
}
