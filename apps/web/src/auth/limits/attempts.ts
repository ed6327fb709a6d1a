/** Counts attempts by key in fixed windows; bounded, in memory, for one process. */

import type { Limit } from './limits.js'

export interface Attempts {
  /** Counts one attempt, or so many, unless the limit is reached; `retryAfter` is in seconds. */
  consume(
    key: string,
    rule: Limit,
    attempts?: number,
  ): { allowed: boolean; retryAfter: number | null }
  /** Takes back one attempt that was counted. */
  refund(key: string): void
  /** Forgets what was counted for a key. */
  clear(key: string): void
}

const MOST_KEYS = 50_000

/** @param now Milliseconds since 1970. */
export function createAttempts(now: () => number = Date.now): Attempts {
  // In the order in which the keys began, so that the oldest is the first to go.
  const counts = new Map<string, { count: number; endsAt: number }>()

  function makeRoom(): void {
    for (const [key, entry] of counts) {
      if (entry.endsAt > now() && counts.size < MOST_KEYS) return
      counts.delete(key)
    }
  }

  return {
    consume(key, { window, max }, attempts = 1) {
      const entry = counts.get(key)
      if (entry && entry.endsAt > now()) {
        if (entry.count >= max) {
          return { allowed: false, retryAfter: Math.ceil((entry.endsAt - now()) / 1000) }
        }
        entry.count += attempts
        return { allowed: true, retryAfter: null }
      }
      counts.delete(key)
      makeRoom()
      counts.set(key, { count: attempts, endsAt: now() + window * 1000 })
      return { allowed: true, retryAfter: null }
    },
    refund(key) {
      const entry = counts.get(key)
      if (entry && entry.count > 0) entry.count -= 1
    },
    clear: (key) => void counts.delete(key),
  }
}
