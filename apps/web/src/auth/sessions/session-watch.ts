/**
 * Tells pages that are open that their session has ended: they hold a request here, and one query a
 * second asks for all of them together.
 */

export interface SessionWatch {
  /**
   * Waits for the end of a session.
   *
   * @param most Milliseconds.
   * @param signal Ends the wait: the page has gone.
   * @returns True when the session is not there any more; false when the time is up, when too many
   * wait already, or when the process stops.
   */
  untilEnded(sessionId: string, most: number, signal: AbortSignal): Promise<boolean>
  /** Answers everybody who waits, and whoever comes later at once. */
  close(): void
}

export interface SessionWatchOptions {
  /** Which of these sessions there still are. One that cannot be asked says so by throwing. */
  listLiving(ids: readonly string[]): Promise<readonly string[]>
  /** Milliseconds between two queries. Default 1 000. */
  readonly every?: number
  /** How many may wait in this process; whoever comes later is answered at once. Default 5 000. */
  readonly capacity?: number
  /** How many may wait for one session: its pages in front of somebody. Default 20. */
  readonly perSession?: number
}

type Waiter = (ended: boolean) => void

export function createSessionWatch({
  listLiving,
  every = 1_000,
  capacity = 5_000,
  perSession = 20,
}: SessionWatchOptions): SessionWatch {
  const waiting = new Map<string, Set<Waiter>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let count = 0
  let isClosed = false

  async function look(): Promise<void> {
    const ids = [...waiting.keys()]
    // What cannot be asked has not ended.
    const living = new Set(await listLiving(ids).catch(() => ids))
    timer = undefined
    for (const id of ids) if (!living.has(id)) answer(id, true)
    schedule()
  }

  function schedule(): void {
    if (waiting.size > 0 && !isClosed) timer ??= setTimeout(look, every)
  }

  function rest(): void {
    clearTimeout(timer)
    timer = undefined
  }

  function answer(id: string, ended: boolean): void {
    for (const waiter of waiting.get(id) ?? []) waiter(ended)
  }

  return {
    untilEnded(sessionId, most, signal) {
      const waiters = waiting.get(sessionId) ?? new Set()
      const isFull = count >= capacity || waiters.size >= perSession
      if (isClosed || isFull || signal.aborted) return Promise.resolve(false)
      return new Promise((resolve) => {
        const stop = () => settle(false)
        const limit = setTimeout(stop, most)
        function settle(ended: boolean): void {
          clearTimeout(limit)
          signal.removeEventListener('abort', stop)
          waiters.delete(settle)
          if (waiters.size === 0) waiting.delete(sessionId)
          count -= 1
          if (count === 0) rest()
          resolve(ended)
        }
        signal.addEventListener('abort', stop)
        waiting.set(sessionId, waiters.add(settle))
        count += 1
        schedule()
      })
    },
    close() {
      isClosed = true
      for (const id of [...waiting.keys()]) answer(id, false)
    },
  }
}
