/**
 * Sheds a crowd at /token: after a brake every browser of a site asks for a new token in the same second. Some are
 * served, and the others are told to come back at times that are spread over as long as serving them will take.
 */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Hook } from './token-endpoint.js'

/** So many requests are served at a time. */
const mostAtOnce = 100
/** What is served in a second at the least, and the longest that anybody is told to stay away, in seconds. */
const leastServed = 50
const longestRest = 300
/** What happened longer ago counts half; and a request that has left no trace is over by then. In milliseconds. */
const memory = 10_000

export interface Crowd {
  /** Null where a request may go on; else the seconds after which it may come again. */
  enter(): number | null
  leave(): void
}

/** @param random from 0 up to 1, without it */
export function createCrowd(now: () => number, random: () => number): Crowd {
  let present: number[] = []
  let since = now()
  let served = 0
  let shed = 0

  return {
    enter() {
      const at = now()
      if (at - since > memory) {
        since = at
        served /= 2
        shed /= 2
      }
      present = present.filter((began) => at - began < memory)
      if (present.length < mostAtOnce) {
        present.push(at)
        return null
      }
      shed += 1
      const rate = Math.max(leastServed, (served * 1000) / memory)
      return 1 + Math.ceil(random() * Math.min(longestRest, shed / rate))
    },
    leave() {
      if (present.shift() !== undefined) served += 1
    },
  }
}

/** Comes before anything is read. Calls on the server are no crowd. */
export function shedCrowd(crowd: Crowd): Hook {
  return {
    matcher: (context) => context.path === '/token',
    handler: createAuthMiddleware(async (ctx) => {
      const retryAfter = ctx.request ? crowd.enter() : null
      if (retryAfter === null) return
      throw new APIError(
        'SERVICE_UNAVAILABLE',
        { message: 'Many ask for tokens right now', code: 'CROWDED', retryAfter },
        { 'cache-control': 'no-store', 'retry-after': String(retryAfter) },
      )
    }),
  }
}

/** The other half: a request is over. */
export function leaveCrowd(crowd: Crowd): Hook {
  return {
    matcher: (context) => context.path === '/token',
    handler: createAuthMiddleware(async (ctx) => {
      if (ctx.request) crowd.leave()
    }),
  }
}
