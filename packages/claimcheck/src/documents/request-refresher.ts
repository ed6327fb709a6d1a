/**
 * When a document is asked for on platforms that bind timers and connections to the request that made them, and end
 * them
 * with it: the requests themselves ask, one at a time. They share what they found and never a promise.
 */
import type { Refresher, RefresherOptions } from './refresher.js'

/** How often one request looks whether another has brought what it waits for, in milliseconds. */
const POLL = 20

/** How long a request may take, in milliseconds: after that, it has ended with the one that made it. */
const LONGEST_RUN = 2_500

export function createRequestRefresher<Outcome>(
  options: RefresherOptions<Outcome>,
): Refresher<Outcome> & { readonly isRunning: boolean } {
  const { now, closed } = options
  let isClosed = false
  let running = 0
  let runningSince = Number.NEGATIVE_INFINITY
  let requests = 0
  let last: { readonly request: number; readonly outcome: Outcome } | null = null
  let size = 0

  return {
    async wait({ isServed, patience = Number.POSITIVE_INFINITY, orRunning = false }) {
      const wanted = requests + (orRunning && isRunning() ? 0 : 1)
      const until = now() + patience
      size += 1
      try {
        while (!isClosed) {
          if (last !== null && (last.request >= wanted || isServed?.() === true))
            return last.outcome
          const left = until - now()
          if (left <= 0) return null
          if (!isRunning() && options.earliest() <= now()) {
            const mine = run()
            return left === Number.POSITIVE_INFINITY
              ? await mine
              : await Promise.race([mine, sleep(left)])
          }
          await sleep(Math.min(POLL, left))
        }
        return closed
      } finally {
        size -= 1
      }
    },
    get isRunning() {
      return isRunning()
    },
    get size() {
      return size
    },
    close() {
      isClosed = true
    },
  }

  function isRunning(): boolean {
    return running > 0 && now() - runningSince < LONGEST_RUN
  }

  async function run(): Promise<Outcome> {
    requests += 1
    const request = requests
    running = request
    runningSince = now()
    const outcome = await options.run()
    last = { request, outcome }
    if (running === request) running = 0
    return outcome
  }
}

function sleep(milliseconds: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, null)
  })
}
