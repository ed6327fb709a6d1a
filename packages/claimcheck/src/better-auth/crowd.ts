/**
 * Sheds a crowd at /token: after a brake every browser of a site asks for a new token in the same second. Some are
 * served, and the others are told to come back one after the other, as fast as they can be served.
 */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Hook } from './token-endpoint.js'

/** So many requests are served at a time. */
const MOST_AT_ONCE = 100
/** What is served in a second at the least, and the longest that anybody is told to stay away, in seconds. */
const LEAST_SERVED = 100
const LONGEST_REST = 300
/** Those for whom there is no turn within that time ask again, from this share of it on. */
const EARLIEST_RETURN = 0.25
/** What happened longer ago counts half; and a request that has left no trace is over by then. In milliseconds. */
const MEMORY = 10_000

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
  /** When the next turn is that nobody has been told yet, in milliseconds since 1970. */
  let nextTurn = 0

  return {
    enter() {
      const at = now()
      if (at - since > MEMORY) {
        since = at
        served /= 2
      }
      present = present.filter((began) => at - began < MEMORY)
      if (present.length < MOST_AT_ONCE) {
        present.push(at)
        return null
      }
      const rate = Math.max(LEAST_SERVED, (served * 1000) / MEMORY)
      const latest = at + LONGEST_REST * 1000
      nextTurn = Math.max(nextTurn, at) + 1000 / rate
      const isTurn = nextTurn <= latest
      nextTurn = Math.min(nextTurn, latest)
      const earliest = isTurn ? 0.9 : EARLIEST_RETURN
      const share = earliest + (1 - earliest) * random()
      return 1 + Math.ceil((share * (nextTurn - at)) / 1000)
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
