/**
 * Remembers what tokens with a good signature say, and under which key it was good; never a verdict on anything else.
 *
 * A plain LRU would do, but for one thing: a burst of tokens seen once would push out those that are seen all the
 * time. So a newcomer is on probation in a short queue and moves to the main one when it is seen again
 * (the S3-FIFO idea: Yang et al., SOSP 2023). The libraries that resist scans need more code than this file.
 */
/** A value that is remembered for a token. */
interface Entry<T> {
  readonly token: string
  readonly value: T
  seenAgain: boolean
}

/** Bounded memory, keyed by the whole text of the token. */
export interface TokenCache<T> {
  get(token: string): T | undefined
  set(token: string, value: T): void
  readonly size: number
}

/** @param capacity how many tokens are remembered; 0 remembers none */
export function createTokenCache<T>(capacity: number): TokenCache<T> {
  const probation = new Map<string, Entry<T>>()
  const main = new Map<string, Entry<T>>()
  const probationCapacity = Math.ceil(capacity / 10)
  const mainCapacity = capacity - probationCapacity

  return {
    get(token) {
      const place = toPlace(token)
      const entry = main.get(place) ?? probation.get(place)
      if (entry?.token !== token) return undefined
      entry.seenAgain = true
      return entry.value
    },
    set(token, value) {
      if (capacity === 0) return
      const place = toPlace(token)
      const entry = { token, value, seenAgain: false }
      if (main.has(place)) {
        main.set(place, entry)
        return
      }
      if (probation.size >= probationCapacity) judgeOldest()
      probation.set(place, entry)
    },
    get size() {
      return main.size + probation.size
    },
  }

  function judgeOldest(): void {
    const [place, entry] = takeOldest(probation)
    if (!entry.seenAgain || mainCapacity === 0) return
    if (main.size >= mainCapacity) makeRoom()
    entry.seenAgain = false
    main.set(place, entry)
  }

  /** Those that were seen since their last turn go to the back of the queue; each turn clears one, so it ends. */
  function makeRoom(): void {
    for (;;) {
      const [place, entry] = takeOldest(main)
      if (!entry.seenAgain) return
      entry.seenAgain = false
      main.set(place, entry)
    }
  }
}

/**
 * Where to look: the last 192 bits of the signature. A fresh string of hundreds of characters would be hashed for
 * longer than all other checks take together. What is found there counts only if its whole text is the same, and
 * two good signatures that end alike merely share a place.
 */
function toPlace(token: string): string {
  return token.slice(-32)
}

function takeOldest<T>(queue: Map<string, Entry<T>>): [string, Entry<T>] {
  for (const oldest of queue) {
    queue.delete(oldest[0])
    return oldest
  }
  throw new RangeError('Expected a queue that is not empty')
}
