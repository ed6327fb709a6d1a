/** /metrics alone, on a port that need not be reachable from outside. */
import { createServer, type Server } from 'node:http'
import { serverLimits } from '../auth/limits/limits.js'
import type { Metrics } from './metrics.js'
import { refuse } from './refuse.js'

export function createMetricsServer(metrics: Pick<Metrics, 'answer'>): Server {
  const { headers: headersTimeout, request: requestTimeout } = serverLimits
  return createServer({ headersTimeout, requestTimeout }, ({ url }, response) => {
    if (url === '/metrics') void metrics.answer(response)
    else refuse(response, 'not_found')
  })
}
