/** Who waits for which request of a document. Requests are numbered in the order in which they start. */

/** What somebody waits for, and for how long. */
export interface Wait {
  /** The number of the request: where it has ended, nothing more can come of waiting. */
  readonly request: number
  /** Asked when any request ends: true where that one brought what was waited for. Default: never. */
  readonly isServed?: () => boolean
  /** The longest wait, in milliseconds. Default: without an end. */
  readonly patience?: number
}

export interface WaitingRoom<Outcome> {
  /** Resolves with the outcome of the request that ended the wait; with null where patience did. */
  enter(wait: Wait): Promise<Outcome | null>
  /** A request has ended: lets go of those who waited for it or an earlier one, and of those whom it served. */
  release(request: number, outcome: Outcome): void
  /** How many wait. */
  readonly size: number
}

interface Waiter<Outcome> extends Wait {
  leave(outcome: Outcome | null): void
}

export function createWaitingRoom<Outcome>(): WaitingRoom<Outcome> {
  const waiters = new Set<Waiter<Outcome>>()

  return {
    enter(wait) {
      return new Promise((resolve) => {
        const waiter = { ...wait, leave }
        // Keeps the process alive, since somebody is waiting.
        const deadline =
          wait.patience === undefined ? undefined : setTimeout(leave, wait.patience, null)
        waiters.add(waiter)
        function leave(outcome: Outcome | null): void {
          clearTimeout(deadline)
          waiters.delete(waiter)
          resolve(outcome)
        }
      })
    },
    release(request, outcome) {
      for (const waiter of waiters) {
        if (waiter.request <= request || waiter.isServed?.() === true) waiter.leave(outcome)
      }
    },
    get size() {
      return waiters.size
    },
  }
}
