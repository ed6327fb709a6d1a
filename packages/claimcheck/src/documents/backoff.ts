/** The pause after failures: twice as long after each one in a row, up to a limit. */

export interface Backoff {
  /** Counts a failure, and gives the pause it asks for, in milliseconds; never more than `longest`. */
  fail(longest: number): number
  /** Ends the row of failures. */
  succeed(): void
  /** How many failures there were since the last success. */
  readonly failures: number
}

/** Doubling ends here, long past any pause that is of use. */
const MOST_DOUBLINGS = 10

/** @param first the pause after the first failure, in milliseconds */
export function createBackoff(first: number): Backoff {
  let failures = 0
  return {
    fail(longest) {
      const pause = first * 2 ** Math.min(failures, MOST_DOUBLINGS)
      failures += 1
      return Math.min(longest, pause)
    },
    succeed() {
      failures = 0
    },
    get failures() {
      return failures
    },
  }
}
