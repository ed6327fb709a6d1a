/** What the API tells Prometheus: requests, tokens, keys, feed, pool and process. */

import type { Verifier } from 'claimcheck'
import { registerVerifierMetrics } from 'claimcheck/metrics'
import { type Handler, Hono } from 'hono'
import type pg from 'pg'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ApiEnv } from './context.js'
import type { Load } from './load.js'

export interface MetricsOptions {
  verifier: Pick<Verifier, 'stats'>
  pool: Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>
  load: Pick<Load, 'share'>
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
  const requests = new Counter({
    name: 'claimcheck_api_requests_total',
    help: 'Requests answered, by route, method, status and the code of a refusal.',
    labelNames: ['route', 'method', 'status', 'code'],
    registers,
  })
  const durations = new Histogram({
    name: 'claimcheck_api_request_seconds',
    help: 'Seconds from a request to its answer, by route.',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
    registers,
  })
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
    observe: ({ method, route, status, code, milliseconds }) => {
      const where = route ?? 'none'
      requests.inc({
        route: where,
        method: methods.has(method) ? method : 'other',
        status,
        code: code ?? '',
      })
      durations.observe({ route: where }, milliseconds / 1000)
    },
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

/** An app that answers /metrics alone, for a port that need not be reachable from outside. */
export function createMetricsApp({ handler }: Metrics): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/metrics', handler)
}
