/** Follows the revocation feed of one issuer in the background, and answers whether a token was revoked. */

import { createBackoff } from '../documents/backoff.js'
import { createWaitingRoom } from '../documents/waiting-room.js'
import type { Asked } from './feed-reader.js'
import {
  createRevocationSource,
  type RevocationSourceEvent,
  type RevocationSourceOptions,
} from './revocation-source.js'
import type { RevocationMarks } from './revoked-entries.js'

/** The least time between two requests, and the longest pause after failures, in milliseconds. */
const SPACING = 200
const LONGEST_PAUSE = 1_000

/**
 * How long an answer may be late before the next request goes out, on another connection, while the late one is still
 * listened to; in milliseconds. With the time that a manifest is held (0.8 s) it stays below the two seconds promised.
 */
const PATIENCE = 600
const MOST_AT_ONCE = 3

/** How long a process that has just started waits for its first document, in milliseconds. */
export const START_PATIENCE = 2_000

/** What a process that has just started waits for, as its waiting room counts. */
const FIRST = 1

/** Without a fresh document for so long, in milliseconds: readiness degrades, and 'refuse' refuses. */
export const DEGRADED_AFTER = 30_000
export const STALE_AFTER = 60_000

/** How late the follower may be before a request does its work: longer, and the timers of this process stand still. */
const OVERDUE_AFTER = 15_000
const OVERDUE_PATIENCE = 400

export interface RevocationListOptions
  extends Omit<RevocationSourceOptions, 'signal' | 'onFresh' | 'emit'> {
  readonly whenStale: 'accept' | 'refuse'
  readonly emit: (event: RevocationEvent) => void
}

/** What happened to the revocations. */
export type RevocationEvent =
  | RevocationSourceEvent
  /** The first good document after failures. */
  | { readonly type: 'revocations_recovered'; readonly url: string }
  /** An alarm, once: no fresh document came for 30 s. */
  | { readonly type: 'revocations_stale'; readonly url: string }
  | { readonly type: 'revocations_fresh'; readonly url: string }

export interface RevocationStats {
  readonly url: string
  /** Milliseconds since a fresh document came, or since the start where none did; null before the start. */
  readonly age: number | null
  /** No fresh document came for 30 s: signed-out tokens may be accepted until they expire. */
  readonly isDegraded: boolean
  /** Sessions and people that are known to be revoked. */
  readonly size: number
  /** When the issuer made the newest document, in seconds since 1970; null before the first one. */
  readonly version: number | null
  readonly requests: number
  readonly failures: number
  /** Tokens that waited for a document: in the first two seconds, and where timers stood still. */
  readonly waited: number
}

export type RevocationVerdict = 'good' | 'revoked' | 'stale'

export interface RevocationList {
  /** Judges at once, except in the first two seconds, and where timers stood still. */
  judge(marks: RevocationMarks, now: number): RevocationVerdict | Promise<RevocationVerdict>
  /** Starts following; resolves with the first fresh document, or after two seconds. */
  ready(): Promise<void>
  /** The deleted people, as `toRevocationEntry` names them. */
  deletedSubjects(): readonly string[]
  stats(): RevocationStats
  close(): void
}

export function createRevocationList(options: RevocationListOptions): RevocationList {
  const { url, now, emit } = options
  const closing = new AbortController()
  const source = createRevocationSource({
    ...options,
    signal: closing.signal,
    onFresh: markFresh,
  })
  const { entries } = source
  const starters = createWaitingRoom<'first document' | 'closed'>()
  let starting: Promise<void> | null = null
  let isStarted = false
  let refreshing: Promise<void> | null = null
  let freshAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let isAlarmed = false
  let isFailing = false
  let waited = 0

  return { judge, ready, deletedSubjects: () => entries.subjects, stats, close }

  function judge(
    marks: RevocationMarks,
    at: number,
  ): RevocationVerdict | Promise<RevocationVerdict> {
    if (!isStarted || at - askedAt > OVERDUE_AFTER) return judgeLater(marks)
    return judgeNow(marks, at)
  }

  function judgeNow(marks: RevocationMarks, at: number): RevocationVerdict {
    if (entries.has(marks)) return 'revoked'
    return options.whenStale === 'refuse' && at - freshAt > STALE_AFTER ? 'stale' : 'good'
  }

  async function judgeLater(marks: RevocationMarks): Promise<RevocationVerdict> {
    waited += 1
    if (!isStarted) await ready()
    else await Promise.race([refresh(), wait(OVERDUE_PATIENCE)])
    return judgeNow(marks, now())
  }

  function ready(): Promise<void> {
    starting ??= start()
    return starting
  }

  async function start(): Promise<void> {
    freshAt = now()
    askedAt = now()
    const first = starters.enter({ request: FIRST, patience: START_PATIENCE })
    void source.load()
    void follow()
    await first
    isStarted = true
  }

  async function follow(): Promise<void> {
    const backoff = createBackoff(SPACING)
    const asking = new Set<Promise<Asked>>()
    let isLate = false
    while (!closing.signal.aborted) {
      const seconds: number = isLate ? 0 : source.longestWait
      const question = ask(seconds)
      asking.add(question)
      void question.then(() => asking.delete(question))
      // Where too many are late, one of them has to end first.
      const answer: Asked | null =
        asking.size < MOST_AT_ONCE
          ? await unlessStalled(question, seconds * 1_000 + PATIENCE)
          : await Promise.race(asking)
      watchAge()
      isLate = answer === null
      if (answer === null) continue
      if (answer.isGood) backoff.succeed()
      const pause = answer.isGood ? SPACING : backoff.fail(LONGEST_PAUSE)
      await wait(Math.max(pause, Math.min((answer.retryAfter ?? 0) * 1_000, LONGEST_PAUSE)))
    }
  }

  /** Null where nothing arrives for so long. */
  async function unlessStalled(question: Promise<Asked>, patience: number): Promise<Asked | null> {
    for (let left = patience; ; left = PATIENCE) {
      const before = source.progress
      const timer = startTimer(left)
      const answer = await Promise.race([question, timer.ended])
      timer.stop()
      if (answer !== null || source.progress === before || closing.signal.aborted) return answer
    }
  }

  /** The work of the follower, done by a request: asked without waiting for a change. */
  function refresh(): Promise<void> {
    refreshing ??= ask(0).then(() => {
      refreshing = null
    })
    return refreshing
  }

  async function ask(seconds: number): Promise<Asked> {
    askedAt = now()
    const asked = await source.ask(seconds)
    if (asked.isGood && isFailing) emit({ type: 'revocations_recovered', url: url.href })
    isFailing = !asked.isGood && !closing.signal.aborted
    return asked
  }

  function markFresh(): void {
    freshAt = now()
    starters.release(FIRST, 'first document')
    if (!isAlarmed) return
    isAlarmed = false
    emit({ type: 'revocations_fresh', url: url.href })
  }

  function watchAge(): void {
    if (isAlarmed || now() - freshAt < DEGRADED_AFTER) return
    isAlarmed = true
    emit({ type: 'revocations_stale', url: url.href })
  }

  function wait(milliseconds: number): Promise<null> {
    return startTimer(milliseconds).ended
  }

  /** Ends with its time, when it is stopped, and when the follower is closed. */
  function startTimer(milliseconds: number): { ended: Promise<null>; stop(): void } {
    let stop = () => {}
    const ended = new Promise<null>((resolve) => {
      const timer = setTimeout(end, milliseconds)
      // Where timers are objects (Node), following must not keep the process alive.
      if (typeof timer === 'object') timer.unref()
      closing.signal.addEventListener('abort', end)
      stop = end
      if (closing.signal.aborted) end()
      function end(): void {
        clearTimeout(timer)
        closing.signal.removeEventListener('abort', end)
        resolve(null)
      }
    })
    return { ended, stop }
  }

  function stats(): RevocationStats {
    const age = starting === null ? null : now() - freshAt
    return {
      url: url.href,
      age,
      isDegraded: age !== null && age >= DEGRADED_AFTER,
      size: entries.size,
      ...source.stats(),
      waited,
    }
  }

  function close(): void {
    closing.abort()
    starters.release(FIRST, 'closed')
  }
}
