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

/** Milliseconds between two rounds with the other processes, and between two looks at how many they are. */
const SYNCHRONISE_MS = 1000
const LOOK_MS = 5000

/** Milliseconds from when a caller is due to be told of until that happens: the others of the moment come along. */
const HURRY_MS = 50

/** All processes together keep a tenth of the limit to themselves. */
const KEPT_BACK = 10

/** Callers counted in one minute; those who come on top are let through uncounted rather than held in memory. */
const MOST_CALLERS = 100_000

/** Callers of whom one round tells. */
const MOST_TOLD = 500

/**
 * Starts counting. Most callers stay far below the limit, and of them nothing is told: each process keeps its share of
 * a tenth of the limit to itself, which spares the store a write for each person. So all together allow little more
 * than the limit, however many they are, and one that is alone keeps nothing from anybody.
 */
export function createRequestCounts(options: RequestCountsOptions): RequestCounts {
  const { limit, log, shared = null, now = Date.now } = options
  let minute = 0
  let counts = new Map<string, Count>()
  let due = new Map<string, Count>()
  let processes = 1
  let before = 1
  let registered = 0
  let lookAt = 0
  let keptBack = limit / KEPT_BACK
  let round: Promise<void> | null = null
  let hurry: NodeJS.Timeout | undefined
  let isAway = false

  function take(caller: string): Allowance {
    const at = now()
    const current = Math.floor(at / MINUTE_MS)
    if (current !== minute) {
      minute = current
      counts = new Map()
      due = new Map()
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
    if (shared !== null && count.own - count.told >= keptBack && !due.has(caller)) {
      due.set(caller, count)
      if (!isAway) hurry ??= setTimeout(run, HURRY_MS).unref()
    }
    return { isAllowed: true, remaining: limit - used - 1, reset }
  }

  /** One round at a time, or the same requests would be told of twice. */
  function synchronise(): Promise<void> {
    round ??= tellOthers().finally(() => {
      round = null
    })
    return round
  }

  async function tellOthers(): Promise<void> {
    if (shared === null) return
    const began = minute
    await countProcesses(shared)
    // One after the other: a store that serves requests as well is asked for one connection at most.
    for (const [caller, count] of [...due].slice(0, MOST_TOLD)) {
      const { own } = count
      const total = await shared.add(`${began}:${toDigest(caller)}`, own - count.told)
      due.delete(caller)
      count.told = own
      count.others = Math.max(0, total - own)
    }
  }

  /** Each says once a minute that it is there, and hears of the others; they are as many as in the minute before. */
  async function countProcesses({ add }: SharedCounts): Promise<void> {
    const at = now()
    if (at < lookAt) return
    const current = Math.floor(at / MINUTE_MS)
    const isNew = current !== registered
    if (isNew) before = registered === 0 ? 1 : await add(`${registered}:processes`, 0)
    registered = current
    processes = await add(`${current}:processes`, isNew ? 1 : 0)
    keptBack = limit / (KEPT_BACK * Math.max(before, processes))
    lookAt = at + LOOK_MS
  }

  function report(error: unknown): void {
    if (error === null && isAway) log.info('requests are counted together again')
    if (error !== null && !isAway) {
      log.warn({ failure: toFailure(error) }, 'requests are counted by each process alone')
    }
    isAway = error !== null
  }

  function run(): void {
    hurry = undefined
    void synchronise()
      .then(() => report(null), report)
      .finally(() => {
        if (due.size > 0 && !isAway) hurry ??= setTimeout(run, HURRY_MS).unref()
      })
  }

  const timer = shared === null ? undefined : setInterval(run, SYNCHRONISE_MS).unref()

  return {
    limit,
    take,
    synchronise,
    close: async () => {
      clearInterval(timer)
      clearTimeout(hurry)
      await round?.catch(() => undefined)
      await shared?.close()
    },
  }
}

/** Who asked is nobody's business but this process's. */
function toDigest(caller: string): string {
  return createHash('sha256').update(caller).digest('base64url').slice(0, 22)
}
