/** What the API tells Prometheus: requests, tokens, keys, feed, pool and process. */

import type { Verifier } from 'claimcheck'
import { registerVerifierMetrics } from 'claimcheck/metrics'
import { type Handler, Hono } from 'hono'
import type pg from 'pg'
import { Counter, collectDefaultMetrics, Gauge, type Histogram, Registry } from 'prom-client'
import type { ApiEnv } from './context.js'

export interface MetricsOptions {
  verifier: Pick<Verifier, 'stats'>
  pool: Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>
  /** What turns requests away, for want of connections or of time. */
  load: { readonly share: number }
}

/** One request that was answered. */
export interface Answered {
  readonly method: string
  /** The pattern of the route, never the path; null where none fits. */
  readonly route: string | null
  readonly status: number
  /** The code of the refusal, or undefined where nothing was refused. */
  readonly code: string | undefined
  readonly milliseconds: number
}

export interface Metrics {
  observe(answered: Answered): void
  readonly handler: Handler<ApiEnv>
}

/** What one route answered, in plain numbers: they become metrics when somebody asks. */
interface Tally {
  readonly answers: Map<string, { readonly labels: Record<string, string | number>; count: number }>
  /** How many requests took so long, by the first bound that they are not above. */
  readonly within: number[]
  seconds: number
}

/** In seconds; the last takes whatever is longer. */
const bounds = [
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  3,
  Number.POSITIVE_INFINITY,
]

/** Milliseconds for which one answer serves everybody who asks. */
const FRESH_MS = 1000

/** Methods that have a name of their own; a client can make up any number of others. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])

/** Starts counting. No label holds anything that a client can choose freely. */
export function createMetrics({ verifier, pool, load }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  registerVerifierMetrics(registry, verifier)
  const tallies = new Map<string, Tally>()
  registerTallies(registry, tallies)
  new Gauge({
    name: 'claimcheck_api_pool_connections',
    help: 'Connections to the database, by state; `waiting` are requests without one.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'waiting' }, pool.waitingCount)
    },
  })
  new Gauge({
    name: 'claimcheck_api_turned_away_ratio',
    help: 'The part of all requests that is turned away as too much, from 0 to 1.',
    registers,
    collect() {
      this.set(load.share)
    },
  })

  let text: Promise<string> | undefined
  let until = 0
  return {
    observe: (answered) => count(tallies, answered),
    handler: async function metricsHandler(c) {
      if (text === undefined || performance.now() > until) {
        until = performance.now() + FRESH_MS
        text = registry.metrics()
      }
      return c.body(await text, 200, {
        'Content-Type': registry.contentType,
        'Cache-Control': 'no-store',
      })
    },
  }
}

function count(tallies: Map<string, Tally>, answered: Answered): void {
  const { route, status, code = '', milliseconds } = answered
  const where = route ?? 'none'
  const method = methods.has(answered.method) ? answered.method : 'other'
  let tally = tallies.get(where)
  if (tally === undefined) {
    tally = { answers: new Map(), within: bounds.map(() => 0), seconds: 0 }
    tallies.set(where, tally)
  }
  const key = `${method} ${status} ${code}`
  const answers = tally.answers.get(key)
  if (answers !== undefined) answers.count += 1
  else tally.answers.set(key, { labels: { route: where, method, status, code }, count: 1 })
  const seconds = milliseconds / 1000
  tally.seconds += seconds
  const bound = bounds.findIndex((most) => seconds <= most)
  tally.within[bound] = (tally.within[bound] ?? 0) + 1
}

function registerTallies(registry: Registry, tallies: ReadonlyMap<string, Tally>): void {
  new Counter({
    name: 'claimcheck_api_requests_total',
    help: 'Requests answered, by route, method, status and the code of a refusal.',
    labelNames: ['route', 'method', 'status', 'code'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { answers } of tallies.values()) {
        for (const { labels, count: total } of answers.values()) this.inc(labels, total)
      }
    },
  })
  const name = 'claimcheck_api_request_seconds'
  const durations = {
    name,
    help: 'Seconds from a request to its answer, by route.',
    type: 'histogram',
    get: async () => ({
      ...durations,
      values: [...tallies].flatMap(([route, tally]) => toValues(name, { route }, tally)),
    }),
  }
  // What the registry asks of a metric; the histogram of prom-client takes its values one by one.
  registry.registerMetric(durations as unknown as Histogram)
}

/** As Prometheus counts: each bound holds all that is below it. */
function toValues(name: string, labels: { route: string }, { within, seconds }: Tally) {
  let total = 0
  const buckets = bounds.map((most, index) => {
    total += within[index] ?? 0
    const le = most === Number.POSITIVE_INFINITY ? '+Inf' : most
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: total },
  ]
}

/** An app that answers /metrics alone, for a port that need not be reachable from outside. */
export function createMetricsApp({ handler }: Metrics): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/metrics', handler)
}
