/** Work that no answer waits for, because how long it takes would tell who has an account. */
import type { AuthLogger } from '../log.js'

export interface Background {
  /**
   * Starts work and leaves it alone.
   *
   * @param failure What the log says when it fails.
   */
  run(failure: string, work: () => Promise<void>): void
  /**
   * Waits for what is under way.
   *
   * @param patience Milliseconds after which it is left behind.
   * @returns How much was left behind.
   */
  finish(patience: number): Promise<number>
}

export function createBackground(log: AuthLogger): Background {
  const pending = new Set<Promise<void>>()
  return {
    run(failure, work) {
      const task = work()
        .catch((error: unknown) => log.log('error', failure, error))
        .finally(() => pending.delete(task))
      pending.add(task)
    },
    async finish(patience) {
      let timer: NodeJS.Timeout | undefined
      const over = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patience)
      })
      await Promise.race([over, untilEmpty(pending)])
      clearTimeout(timer)
      return pending.size
    },
  }
}

/** Work may start more work. */
async function untilEmpty(pending: ReadonlySet<Promise<void>>): Promise<void> {
  while (pending.size > 0) await Promise.all(pending)
}
