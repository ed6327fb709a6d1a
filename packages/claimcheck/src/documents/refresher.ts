/** When a document is asked for in the background: one request at a time, for those who wait, and when it is due. */
import { createWaitingRoom, type Wait } from './waiting-room.js'

export interface RefresherOptions<Outcome> {
  /** Makes one request, and never throws. */
  readonly run: (signal?: AbortSignal) => Promise<Outcome>
  /** What they get who wait when it is closed. */
  readonly closed: Outcome
  /** When the next request may start, in milliseconds since 1970. */
  readonly earliest: () => number
  /** When the next request has to start if nobody asks, likewise. */
  readonly due: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Refresher<Outcome> {
  /**
   * Waits for a request that starts after this call, and gets its outcome; or null when patience is over.
   *
   * @param orRunning a request that is under way will do as well
   */
  wait(wait: Omit<Wait, 'request'> & { readonly orRunning?: boolean }): Promise<Outcome | null>
  /** How many wait. */
  readonly size: number
  close(): void
}

/** Timers do the work: for platforms where a process lives on between requests. */
export function createBackgroundRefresher<Outcome>(
  options: RefresherOptions<Outcome>,
): Refresher<Outcome> {
  const { now, closed } = options
  const waiting = createWaitingRoom<Outcome>()
  let closing: AbortController | null = null
  let isClosed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  let requests = 0

  return {
    async wait({ orRunning = false, ...wait }) {
      if (isClosed) return closed
      const outcome = waiting.enter({
        ...wait,
        request: requests + (orRunning && isRunning ? 0 : 1),
      })
      wake()
      return outcome
    },
    get size() {
      return waiting.size
    },
    close() {
      isClosed = true
      closing?.abort()
      clearTimeout(timer)
      waiting.release(Number.POSITIVE_INFINITY, closed)
    },
  }

  function wake(): void {
    if (!isRunning) schedule(options.earliest())
  }

  function schedule(at: number): void {
    clearTimeout(timer)
    if (isClosed) return
    const delay = at - now()
    if (delay <= 0) {
      void run()
      return
    }
    timer = setTimeout(run, delay)
    // Where timers are objects (Node), one that nobody waits for must not keep the process alive.
    if (typeof timer === 'object' && waiting.size === 0) timer.unref()
  }

  async function run(): Promise<void> {
    isRunning = true
    requests += 1
    closing ??= new AbortController()
    const outcome = await options.run(closing.signal)
    isRunning = false
    waiting.release(requests, outcome)
    if (waiting.size > 0) wake()
    else schedule(options.due())
  }
}
