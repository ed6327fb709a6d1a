/**
 * How often each caller asked in the current minute: counted in memory, and told to other processes in the
 * background.
 */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { toFailure } from '../failure.js'

/** Where the processes of one API add up what they counted. */
export interface SharedCounts {
  /** Adds to the count of a key that is forgotten after two minutes, and gives the sum of all processes. */
  add(key: string, requests: number): Promise<number>
  close(): Promise<void>
}

/** What a caller may still ask in this minute. */
export interface Allowance {
  readonly isAllowed: boolean
  readonly remaining: number
  /** Seconds until the next minute begins. */
  readonly reset: number
}

export interface RequestCounts {
  /** Requests that one caller may make in a minute. */
  readonly limit: number
  /** Counts one request. It never waits. */
  take(caller: string): Allowance
  /** Tells the other processes what was counted here, and learns what they counted. */
  synchronise(): Promise<void>
  close(): Promise<void>
}

export interface RequestCountsOptions {
  /** Requests that one caller may make in a minute, over all processes. */
  limit: number
  log: Logger
  /** Default: none, and this process counts alone. */
  shared?: SharedCounts | null
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number
}

interface Count {
  /** Requests to this process. */
  own: number
  /** As many of them as the other processes know of. */
  told: number
  /** Requests to the other processes. */
  others: number
}

const MINUTE_MS = 60_000

/** Milliseconds between two rounds with the other processes. */
const SYNCHRONISE_MS = 1000

/** Callers counted in one minute; those who come on top are let through uncounted rather than held in memory. */
const MOST_CALLERS = 100_000

/** Callers of whom one round tells. */
const MOST_TOLD = 500

/**
 * Starts counting. Most callers stay far below the limit, and of them nothing is told: a process keeps up to a
 * twentieth of the limit to itself, which spares the store a write for each person.
 */
export function createRequestCounts(options: RequestCountsOptions): RequestCounts {
  const { limit, log, shared = null, now = Date.now } = options
  const keptBack = Math.floor(limit / 20)
  let minute = 0
  let counts = new Map<string, Count>()
  let round: Promise<void> | null = null
  let isAway = false

  function take(caller: string): Allowance {
    const at = now()
    const current = Math.floor(at / MINUTE_MS)
    if (current !== minute) {
      minute = current
      counts = new Map()
    }
    const reset = Math.ceil(((current + 1) * MINUTE_MS - at) / 1000)
    const count = counts.get(caller) ?? { own: 0, told: 0, others: 0 }
    if (count.own === 0) {
      if (counts.size >= MOST_CALLERS) return { isAllowed: true, remaining: limit, reset }
      counts.set(caller, count)
    }
    // What is refused is not counted, so that nobody is locked out for longer by asking on.
    const used = count.own + count.others
    if (used >= limit) return { isAllowed: false, remaining: 0, reset }
    count.own += 1
    return { isAllowed: true, remaining: limit - used - 1, reset }
  }

  async function synchronise(): Promise<void> {
    if (shared === null) return
    const began = minute
    const due = [...counts].filter(([, { own, told }]) => own - told > keptBack).slice(0, MOST_TOLD)
    // One after the other: a store that serves requests as well is asked for one connection at most.
    for (const [caller, count] of due) {
      const { own } = count
      const total = await shared.add(`${began}:${toDigest(caller)}`, own - count.told)
      count.told = own
      count.others = Math.max(0, total - own)
    }
  }

  function report(error: unknown): void {
    if (error === null && isAway) log.info('requests are counted together again')
    if (error !== null && !isAway) {
      log.warn({ failure: toFailure(error) }, 'requests are counted by each process alone')
    }
    isAway = error !== null
  }

  const timer =
    shared === null
      ? undefined
      : setInterval(() => {
          round ??= synchronise()
            .then(() => report(null), report)
            .finally(() => {
              round = null
            })
        }, SYNCHRONISE_MS)
  timer?.unref()

  return {
    limit,
    take,
    synchronise,
    close: async () => {
      clearInterval(timer)
      await round
      await shared?.close()
    },
  }
}

/** Who asked is nobody's business but this process's. */
function toDigest(caller: string): string {
  return createHash('sha256').update(caller).digest('base64url').slice(0, 22)
}
