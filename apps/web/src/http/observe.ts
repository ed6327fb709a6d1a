/** Follows each request to its answer, for metrics and log. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NameRoute } from './route-name.js'

/** One request that was answered. */
export interface Answered {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly milliseconds: number
  /** Whether it waited for news, so that its time says nothing. */
  readonly isHeld: boolean
}

export interface Observer {
  begin(request: IncomingMessage, response: ServerResponse): void
  /** Requests that wait for news at the moment, by route. */
  readonly held: ReadonlyMap<string, number>
}

/** What a request waits for: entries of the feed, the end of a session. */
const waiting: ReadonlySet<string> = new Set([
  '/api/auth/revocations',
  '/api/auth/revocations/manifest',
  '/api/session',
])

/** @param listener Hears of each answer; a request whose caller hung up before it has none. */
export function createObserver(
  nameRoute: NameRoute,
  listener: (answered: Answered) => void,
): Observer {
  const held = new Map<string, number>()
  return {
    held,
    begin({ url = '/', method = 'GET' }, response) {
      const began = performance.now()
      const route = nameRoute(url)
      const isHeld = waiting.has(route) && /[?&]wait\b/.test(url)
      const count = (by: 1 | -1) => held.set(route, (held.get(route) ?? 0) + by)
      if (isHeld) count(1)
      response.once('close', () => {
        if (isHeld) count(-1)
        if (!response.headersSent) return
        const { statusCode: status } = response
        listener({ method, route, status, milliseconds: performance.now() - began, isHeld })
      })
    },
  }
}
