/** So many requests have their turn at a time, and the others wait in the order in which they came. */
import type { ServerResponse } from 'node:http'

/** What becomes of a request: one of the two, or neither where it hangs up before. */
export interface Turn {
  begin(): void
  /** Called instead when it has waited for too long. Default: it begins then all the same. */
  turnAway?(): void
  /** Called when the answer is over or the client has hung up, so that nobody else has to listen for that. */
  end?(): void
}

export interface Turns {
  /** The turn begins with `begin`, and is over when the answer is. */
  take(response: ServerResponse, turn: Turn): void
  countWaiting(): number
  /** Whether nobody has a turn or waits for one. */
  isIdle(): boolean
}

/** Milliseconds for which a request waits for its turn. */
export const TURN_PATIENCE = 2_000

/** @param patience Milliseconds: those before may wait for something else, as for a database that hangs. */
export function createTurns(most: number, patience: number): Turns {
  const waiting = new Set<() => void>()
  let running = 0
  return {
    countWaiting: () => waiting.size,
    isIdle: () => running === 0 && waiting.size === 0,
    take(response, { begin, turnAway, end }) {
      let hasBegun = false
      const start = () => {
        stopWaiting()
        hasBegun = true
        running += 1
        begin()
      }
      const stopWaiting = () => {
        clearTimeout(timer)
        waiting.delete(start)
      }
      const timer = setTimeout(() => {
        if (!turnAway) return start()
        stopWaiting()
        turnAway()
      }, patience)
      // Whoever hangs up meanwhile gives up the place.
      response.once('close', () => {
        stopWaiting()
        if (hasBegun) {
          running -= 1
          const [next] = waiting
          if (running < most) next?.()
        }
        end?.()
      })
      if (running < most) start()
      else waiting.add(start)
    },
  }
}
