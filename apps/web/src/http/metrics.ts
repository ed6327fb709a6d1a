/** What the web app tells Prometheus: requests, sign-ins, tokens, password hashes, pool and process. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Figures } from '../auth/running.js'
import { isLoopback } from '../variable.js'
import type { Answered } from './observe.js'

export interface Metrics {
  observe(answered: Answered): void
  /** Answers with everything that was counted. */
  answer(response: ServerResponse): Promise<void>
}

export interface MetricsOptions {
  /** What sign-in counts. */
  readFigures(): Figures
  /** Requests that wait for news, by route. */
  readHeld(): ReadonlyMap<string, number>
}

/** Milliseconds for which one answer serves everybody who asks. */
const FRESHNESS = 1_000

/** No label holds anything that a client can choose. */
export function createMetrics({ readFigures, readHeld }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'claimcheck_web_requests_total',
    help: 'Requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'claimcheck_web_request_seconds',
    help: 'Seconds from a request to its answer, by route; what waits for news is left out.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
    registers,
  })
  addOutcomes('claimcheck_web_sign_ins_total', 'Attempts to sign in', 'signIns')
  addOutcomes('claimcheck_web_tokens_total', 'Tokens that were asked for', 'tokens')
  addStates('claimcheck_web_password_hashes', 'Passwords being hashed', () => ({
    ...readFigures().hashes,
  }))
  addStates('claimcheck_web_pool_connections', 'Connections to the database', () => {
    const { total, idle, waiting } = readFigures().pool
    return { busy: total - idle, idle, waiting }
  })
  new Gauge({
    name: 'claimcheck_web_held_requests',
    help: 'Requests that wait for news: followers of the feed, pages that watch their session.',
    labelNames: ['route'],
    registers,
    collect() {
      this.reset()
      for (const [route, count] of readHeld()) this.set({ route }, count)
    },
  })

  function addOutcomes(name: string, what: string, key: 'signIns' | 'tokens'): void {
    new Counter({
      name,
      help: `${what}, by outcome: accepted, or the code of the refusal.`,
      labelNames: ['outcome'],
      registers,
      collect() {
        this.reset()
        for (const [outcome, count] of Object.entries(readFigures()[key])) {
          this.inc({ outcome }, count)
        }
      },
    })
  }

  function addStates(name: string, what: string, read: () => Readonly<Record<string, number>>) {
    new Gauge({
      name,
      help: `${what}, by state; \`waiting\` is who has to wait for one.`,
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(read())) this.set({ state }, count)
      },
    })
  }

  let text: Promise<string> | undefined
  let until = 0
  return {
    observe({ route, status, milliseconds, isHeld }) {
      requests.inc({ route, status })
      if (!isHeld) durations.observe({ route }, milliseconds / 1_000)
    },
    async answer(response) {
      if (text === undefined || performance.now() > until) {
        until = performance.now() + FRESHNESS
        text = registry.metrics()
      }
      const body = await text
      const headers = { 'cache-control': 'no-store', 'content-type': registry.contentType }
      response.writeHead(200, headers).end(body)
    },
  }
}

/**
 * Whether somebody asks from this machine, by its own name, and not through a proxy. The port of the
 * web app is open to everybody, so others are told as little as of any path that is not there.
 */
export function mayReadMetrics({ socket, headers }: IncomingMessage): boolean {
  const isForwarded = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'].some(
    (name) => name in headers,
  )
  const { host } = headers
  if (isForwarded || host === undefined || !URL.canParse(`http://${host}`)) return false
  const peer = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
  return isLoopback(peer) && isLoopback(new URL(`http://${host}`).hostname)
}
