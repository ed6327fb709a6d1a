/** One line for each request: what was asked for and how it ended, and nothing of what was said. */
import type { Logger } from 'pino'
import { toFailure } from '../failure.js'
import type { Exchange } from './exchange.js'
import { probes } from './health.js'
import type { Answered } from './metrics.js'

/** Logs and counts a request that has been answered. */
export type Report = (exchange: Exchange, status: number) => void

/** What nobody reads is not worked out. */
export function createReport(log: Logger, observe: ((answered: Answered) => void) | null): Report {
  return function report({ method, route, began, requestId, refusal }, status) {
    const isLogged = log.isLevelEnabled(toLevel(status))
    if (!isLogged && observe === null) return
    const code = refusal !== null && 'code' in refusal ? String(refusal.code) : undefined
    const milliseconds = performance.now() - began
    observe?.({ method, route, status, code, milliseconds })
    if (!isLogged) return
    const line = {
      requestId,
      method,
      route,
      status,
      ...(code !== undefined && { code }),
      milliseconds: Math.round(milliseconds * 10) / 10,
    }
    if (status >= 500) {
      const failure = toFailure(refusal?.cause ?? refusal)
      log[toLevel(status)]({ ...line, failure }, 'request')
    } else {
      // Probes come every few seconds, and an answer that all is well is no news.
      log[route !== null && probes.has(route) ? 'debug' : 'info'](line, 'request')
    }
  }
}

function toLevel(status: number): 'info' | 'warn' | 'error' {
  if (status < 500) return 'info'
  return status === 503 ? 'warn' : 'error'
}
