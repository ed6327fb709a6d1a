/** One line for each request, in the shape of the API's: how it ended, and nothing of what was said. */
import type { AppLogger } from '../auth/log.js'
import type { Answered } from './observe.js'

/** Asked for every few seconds, or many times for one page. */
const usual: ReadonlySet<string> = new Set(['/_next', '/livez', '/readyz', '/metrics'])

/** Methods that have a name of their own; a client can make up any number of others. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS'])

export function logRequest(log: AppLogger, answered: Answered): void {
  const { method, route, status, milliseconds, isHeld } = answered
  const isUsual = (usual.has(route) || isHeld) && status < 400
  const failed = status === 503 ? 'warn' : 'error'
  const level = status >= 500 ? failed : isUsual ? 'debug' : 'info'
  log.write(level, 'request', {
    method: methods.has(method) ? method : 'other',
    route,
    status,
    milliseconds: Math.round(milliseconds * 10) / 10,
  })
}
