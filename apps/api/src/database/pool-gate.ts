/** Turns requests away that would wait too long for a connection, so that those who are let in need not. */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { ApiError } from '../errors.js'

export interface PoolGate {
  /** Resolves where the wait is fine. @throws ApiError `overloaded`, a moment later, where it is not */
  enter(): Promise<void> | undefined
  /** Looks at how fast connections come back. A timer does so by itself. */
  measure(): void
  /** The part of those who asked since the last look that was turned away, from 0 to 1. */
  readonly share: number
  close(): void
}

export interface PoolGateOptions {
  /** Milliseconds of a clock that only goes forward. Default: `performance.now`. */
  now?: () => number
  /** Resolves after so many milliseconds. Default: a timer. */
  hold?: (milliseconds: number) => Promise<unknown>
  /** From 0 to 1; spreads those who are turned away. Default: chance. */
  random?: () => number
}

/** Milliseconds between two looks. */
const LOOK_MS = 100

/** What is still fine: so many requests that wait, or so many milliseconds until the last of them has its turn. */
const FINE_WAITING = 40
const FINE_WAIT_MS = 20

/** What remains of the measure of one look at the next: half a second counts. */
const KEPT = 0.8

/**
 * Milliseconds for which a refusal is held back, on average, and for how many at once. Whoever asks again as soon as
 * they are refused would else take the time of those who are let in. A crowd that was turned away together should not
 * come back together.
 */
const HOLD_MS = 500
const MOST_HELD = 1000

/**
 * Watches a pool. How fast it serves shows only while somebody waits, and is taken to stay so until somebody waits
 * again: a crowd that comes all at once is then measured by what was last seen. The very first crowd is let in.
 */
export function createPoolGate(
  pool: Pick<pg.Pool, 'waitingCount' | 'on'>,
  { now = () => performance.now(), hold = wait, random = Math.random }: PoolGateOptions = {},
): PoolGate {
  let released = 0
  let milliseconds = 0
  let lookedAt = now()
  let releasedBefore = 0
  let asked = 0
  let refused = 0
  let held = 0
  let share = 0

  pool.on('release', () => {
    released += 1
  })

  function measure(): void {
    const at = now()
    if (pool.waitingCount > 0) {
      releasedBefore = releasedBefore * KEPT + released
      milliseconds = milliseconds * KEPT + at - lookedAt
    }
    share = asked === 0 ? 0 : refused / asked
    lookedAt = at
    released = 0
    asked = 0
    refused = 0
  }

  /** A database that gives nothing back is no queue: each request then learns in its own time that none answers. */
  function isWaitFine(): boolean {
    const waiting = pool.waitingCount
    if (waiting < FINE_WAITING || releasedBefore < 1) return true
    return (waiting * milliseconds) / releasedBefore < FINE_WAIT_MS
  }

  async function refuse(): Promise<void> {
    refused += 1
    if (held < MOST_HELD) {
      held += 1
      try {
        await hold(HOLD_MS * (0.5 + random()))
      } finally {
        held -= 1
      }
    }
    throw new ApiError('overloaded', { retryAfter: 1 })
  }

  const timer = setInterval(measure, LOOK_MS)
  timer.unref()

  return {
    enter: () => {
      asked += 1
      return isWaitFine() ? undefined : refuse()
    },
    measure,
    get share() {
      return share
    },
    close: () => clearInterval(timer),
  }
}
