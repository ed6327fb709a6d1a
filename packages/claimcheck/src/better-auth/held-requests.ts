/**
 * Requests that are held until there is news: one look for all of them, and no more of them than a process can carry.
 */

export interface HeldRequests {
  /** Whether one more may be held: `full` is answered at once, and `refused` hardly at all. */
  admit(address: string | null): 'held' | 'full' | 'refused'
  /** Resolves when there is news, the time is up, the caller has hung up or the process stops. */
  hold(request: HeldRequest): Promise<void>
  /** Ends what is held, and holds nothing from now on. */
  stop(): void
}

export interface HeldRequest {
  readonly seconds: number
  /** Null where it is not known: then only the sum counts. */
  readonly address: string | null
  readonly signal: AbortSignal | undefined
  isNews(): boolean
}

export interface HeldRequestsOptions {
  /** Asks whether there is news. May fail: the next look makes up for it. */
  readonly look: () => Promise<void>
  /** When it was asked last, in milliseconds since 1970. */
  readonly lookedAt: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Milliseconds between two looks while somebody waits, and the age of the oldest answer that is sent. */
export const INTERVAL = 250
/** The shortest pause between two looks, where looking takes long. */
const SHORTEST_PAUSE = 50
/** How many requests are held for one address, and in all. */
const MOST_OF_ADDRESS = 50
const MOST_HELD = 2_000
/** Beyond that so many are answered in a second; the others hear 429. */
const MOST_ANSWERED = 200
/** So many are let go at a time: what else the process has to do comes in between. */
const SLICE = 20

interface Holder {
  isNews(): boolean
  release(): void
}

export function createHeldRequests({ look, lookedAt, now }: HeldRequestsOptions): HeldRequests {
  const holders = new Set<Holder>()
  const addresses = new Map<string, number>()
  const leaving: (() => void)[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  let isStopped = false
  let second = 0
  let answered = 0

  function leave(resolve: () => void): void {
    if (leaving.push(resolve) === 1) setTimeout(letGo, 0)
  }

  function letGo(): void {
    for (const resolve of leaving.splice(0, SLICE)) resolve()
    if (leaving.length > 0) setTimeout(letGo, 0)
  }

  async function lookForAll(): Promise<void> {
    const isGood = await look().then(
      () => true,
      () => false,
    )
    for (const holder of holders) if (isGood && holder.isNews()) holder.release()
    timer = null
    schedule(isGood)
  }

  /** From one look to the next, whoever made the last one. */
  function schedule(isGood: boolean): void {
    if (holders.size === 0 || timer) return
    const left = isGood ? lookedAt() + INTERVAL - now() : INTERVAL
    const pause = Math.min(INTERVAL, Math.max(SHORTEST_PAUSE, left))
    timer = setTimeout(() => void lookForAll(), pause)
  }

  function isFull(address: string | null): boolean {
    if (holders.size >= MOST_HELD) return true
    return address !== null && (addresses.get(address) ?? 0) >= MOST_OF_ADDRESS
  }

  function count(address: string | null, by: 1 | -1): void {
    if (address === null) return
    const next = (addresses.get(address) ?? 0) + by
    if (next > 0) addresses.set(address, next)
    else addresses.delete(address)
  }

  function countAnswered(): number {
    const present = Math.floor(now() / 1000)
    if (present !== second) answered = 0
    second = present
    return answered
  }

  return {
    admit(address) {
      if (!isFull(address)) return 'held'
      if (countAnswered() >= MOST_ANSWERED) return 'refused'
      answered += 1
      return 'full'
    },
    hold({ seconds, address, signal, isNews }) {
      if (isStopped) return Promise.resolve()
      return new Promise((resolve) => {
        const holder: Holder = { isNews, release }
        const end = setTimeout(release, seconds * 1000)
        function release(): void {
          clearTimeout(end)
          signal?.removeEventListener('abort', release)
          if (!holders.delete(holder)) return
          count(address, -1)
          leave(resolve)
        }
        signal?.addEventListener('abort', release)
        holders.add(holder)
        count(address, 1)
        schedule(true)
      })
    },
    stop() {
      isStopped = true
      for (const holder of holders) holder.release()
    },
  }
}
