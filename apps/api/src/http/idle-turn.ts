/** A moment at which a process may stop listening without turning away a connection that is being made. */
import { setImmediate as turn } from 'node:timers/promises'

/** Milliseconds that a turn of the event loop takes at most in which there is nothing else to do. */
const IDLE_TURN_MS = 0.1

/** Turns after which a process that is always busy stops waiting. */
const MOST_TURNS = 1000

/**
 * Resolves right after a turn of the event loop that found nothing to do. Whoever connects while a longer one runs is
 * queued by the kernel, and would be reset with what they have sent by then.
 */
export async function untilIdleTurn(): Promise<void> {
  for (let count = 0; count < MOST_TURNS; count += 1) {
    const began = performance.now()
    await turn()
    if (performance.now() - began < IDLE_TURN_MS) return
  }
}
