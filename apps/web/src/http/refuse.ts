/** Answers before Next.js is asked. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { hashLimits } from '../auth/limits/limits.js'
import { describeProblem, type ProblemCode } from '../auth/problem.js'

/** Ends the connection as well, because what is left of the request is not read. */
export function refuse(response: ServerResponse, code: ProblemCode): void {
  const { status, headers, body } = describeProblem(code, { connection: 'close' })
  const retry = status === 503 ? { 'retry-after': String(hashLimits.retryAfter) } : {}
  response.writeHead(status, { ...headers, ...retry }).end(JSON.stringify(body))
}

/** Refuses requests that were read to their end, a while after they came. */
export interface SlowRefusals {
  /** Too many passwords are being hashed. */
  tellBusy(response: ServerResponse): void
  /** @param retryAfter Seconds. */
  tellTooMany(request: IncomingMessage, response: ServerResponse, retryAfter: number): void
}

/**
 * Milliseconds before such an answer. A connection that asks again as soon as it is answered asks twice a second
 * instead of thousands of times.
 */
const DELAY = 500

/** Refusals that wait; beyond these they are answered at once. */
const MOST_WAITING = 2000

const tooManyPage = Buffer.from(`<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Too many requests</title>
<h1>Too many requests</h1>
<p>Your network asked for more pages than are served to one. Please try again in a few seconds.</p>
</html>
`)

export function createSlowRefusals(delay = DELAY): SlowRefusals {
  let waiting = 0

  async function later(response: ServerResponse, answer: () => void): Promise<void> {
    if (waiting >= MOST_WAITING) return answer()
    waiting += 1
    await wait(delay)
    waiting -= 1
    if (!response.destroyed) answer()
  }

  function tell(response: ServerResponse, code: ProblemCode, retryAfter: number): void {
    const { status, headers, body } = describeProblem(code, { 'retry-after': String(retryAfter) })
    void later(response, () => response.writeHead(status, { ...headers }).end(JSON.stringify(body)))
  }

  return {
    tellBusy: (response) => tell(response, 'overloaded', hashLimits.retryAfter),
    tellTooMany(request, response, retryAfter) {
      if (!request.headers.accept?.includes('text/html')) {
        return tell(response, 'rate_limited', retryAfter)
      }
      const headers = {
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'",
        'content-type': 'text/html; charset=utf-8',
        'retry-after': String(retryAfter),
      }
      void later(response, () => response.writeHead(429, headers).end(tooManyPage))
    },
  }
}
