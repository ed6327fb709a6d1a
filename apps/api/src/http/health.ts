/** /livez and /readyz: whether the process runs, and whether it can serve. */
import { setTimeout as wait } from 'node:timers/promises'
import { createRoute, z } from '@hono/zod-openapi'
import { AuthError } from 'claimcheck'
import { ApiError } from '../errors.js'
import type { App } from './context.js'
import { problems } from './openapi.js'

/** What readiness depends on. Each rejects when it is not there. */
export interface ReadinessChecks {
  /** The keys of the issuer. */
  keys(): Promise<void>
  /** The database, reachable and migrated. */
  database(): Promise<void>
  /** Whether the process is about to end, so that nobody sends it more. */
  isStopping(): boolean
  /** Whether ended sessions may go unnoticed, because no fresh document came for a while. */
  isDegraded(): boolean
}

/** Paths that are answered whatever happens, and asked for every few seconds. */
export const probes: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])

/** Milliseconds a check may take. */
const PATIENCE_MS = 1000

/** Milliseconds for which an answer serves everybody who asks, so that asking costs nothing. */
const FRESH_MS = 1000

const statusSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded']).openapi({
      description: '`degraded`: requests are served, but ended sessions may go unnoticed.',
    }),
  })
  .openapi('Status')

const ok = {
  description: 'Yes.',
  content: { 'application/json': { schema: statusSchema } },
}

const liveness = createRoute({
  method: 'get',
  path: '/livez',
  summary: 'Does the process run',
  tags: ['Health'],
  responses: { 200: ok },
})

const readiness = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Are keys and database there',
  tags: ['Health'],
  responses: { 200: ok, ...problems(503) },
})

export function addHealthRoutes(app: App, checks: ReadinessChecks): void {
  const whatIsMissing = remember(() => findMissing(checks))

  app.openapi(liveness, function livenessHandler(c) {
    return c.json({ status: 'ok' as const }, 200, { 'Cache-Control': 'no-store' })
  })

  app.openapi(readiness, async function readinessHandler(c) {
    if (checks.isStopping()) throw new ApiError('overloaded')
    const missing = await whatIsMissing()
    if (missing === undefined) {
      const status = checks.isDegraded() ? 'degraded' : 'ok'
      return c.json({ status } as const, 200, { 'Cache-Control': 'no-store' })
    }
    throw missing
  })
}

async function findMissing(checks: ReadinessChecks): Promise<AuthError | ApiError | undefined> {
  try {
    await inTime(checks.keys())
  } catch (cause) {
    return new AuthError('keys_unavailable', { cause })
  }
  try {
    await inTime(checks.database())
  } catch (cause) {
    return new ApiError('database_unavailable', { cause })
  }
  return undefined
}

/** Rejects when a check takes longer than whoever probes would wait. */
async function inTime(check: Promise<void>): Promise<void> {
  const patience = new AbortController()
  try {
    await Promise.race([
      check,
      wait(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
        throw new Error('The check takes too long.')
      }),
    ])
  } finally {
    patience.abort()
  }
}

function remember<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let looking: Promise<Value> | undefined
  let until = 0
  return () => {
    if (looking === undefined || performance.now() > until) {
      looking = look().finally(() => {
        until = performance.now() + FRESH_MS
      })
      until = Number.POSITIVE_INFINITY
    }
    return looking
  }
}
