/** One line for each request: what was asked for and how it ended, and nothing of what was said. */
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'
import type { ApiEnv } from './context.js'
import { toFailure } from './failure.js'

const probes: ReadonlySet<string | null> = new Set(['/livez', '/readyz'])

/** Logs each request once it has been answered. */
export function requestLog(log: Logger): MiddlewareHandler<ApiEnv> {
  return async function requestLogMiddleware(c, next) {
    const began = performance.now()
    await next()
    const { status } = c.res
    const route = toRoute(matchedRoutes(c))
    const refusal = c.get('refusal') ?? c.error
    const line = {
      requestId: c.get('requestId'),
      method: c.req.method,
      route,
      status,
      ...(refusal !== undefined && 'code' in refusal && { code: refusal.code }),
      milliseconds: Math.round((performance.now() - began) * 10) / 10,
    }
    if (status >= 500) {
      const failure = toFailure(refusal?.cause ?? refusal)
      log[status === 503 ? 'warn' : 'error']({ ...line, failure }, 'request')
    } else {
      // Probes come every few seconds, and an answer that all is well is no news.
      log[probes.has(route) ? 'debug' : 'info'](line, 'request')
    }
  }
}

/** The pattern of the handler, never the path: a path holds what the client wrote. */
function toRoute(routes: readonly { path: string; method: string }[]): string | null {
  return routes.findLast(({ method }) => method !== 'ALL')?.path ?? null
}
