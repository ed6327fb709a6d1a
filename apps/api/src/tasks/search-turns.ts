/**
 * Lets one person search once at a time, and rest in between: searches are what costs the database most, and it is
 * there for everybody.
 */
import { ApiError } from '../errors.js'

export interface SearchTurns {
  /**
   * Runs a search when it is the person's turn.
   *
   * @throws ApiError `rate_limited` when too many of theirs are waiting already.
   */
  run<Result>(userId: string, search: () => Promise<Result>): Promise<Result>
}

/** Searches of one person that run at once, and that wait for one of these to end. */
const AT_ONCE = 1
const MOST_WAITING = 4

/**
 * Milliseconds before somebody is told that too many wait, so that a connection that asks again at once asks twice a
 * second; and how many wait for that at a time.
 */
const REFUSAL_DELAY = 500
const MOST_REFUSED = 1000

/** How often as long as a search took its person rests before the next one. */
const REST = 2

/** Milliseconds that nobody rests longer. */
const LONGEST_REST = 1000

interface Turns {
  running: number
  readonly waiting: (() => void)[]
}

export function createSearchTurns(): SearchTurns {
  const people = new Map<string, Turns>()
  let refused = 0

  async function refuse(): Promise<never> {
    if (refused < MOST_REFUSED) {
      refused += 1
      await new Promise((resolve) => setTimeout(resolve, REFUSAL_DELAY).unref())
      refused -= 1
    }
    throw new ApiError('rate_limited', { retryAfter: 1 })
  }

  /** Whoever waits takes over the turn; nobody else gets in between. */
  function handOver(userId: string, turns: Turns): void {
    const next = turns.waiting.shift()
    if (next !== undefined) next()
    else turns.running -= 1
    if (turns.running === 0) people.delete(userId)
  }

  return {
    run: async (userId, search) => {
      const turns = people.get(userId) ?? { running: 0, waiting: [] }
      people.set(userId, turns)
      if (turns.running < AT_ONCE) turns.running += 1
      else if (turns.waiting.length >= MOST_WAITING) return refuse()
      else await new Promise<void>((resolve) => turns.waiting.push(resolve))
      const began = performance.now()
      try {
        return await search()
      } finally {
        const rest = Math.min(LONGEST_REST, REST * (performance.now() - began))
        setTimeout(() => handOver(userId, turns), rest).unref()
      }
    },
  }
}
