/**
 * Whether a token was revoked, on platforms where only requests can ask: each is judged by a document of the last
 * second.
 */
import { createBackoff } from '../documents/backoff.js'
import { createRequestRefresher } from '../documents/request-refresher.js'
import { createRevocationSource } from './revocation-source.js'
import {
  DEGRADED_AFTER,
  type RevocationList,
  type RevocationListOptions,
  type RevocationVerdict,
  STALE_AFTER,
  START_PATIENCE,
} from './revocations.js'
import type { RevocationMarks } from './revoked-entries.js'

/** How old a document may be before a request asks for the next one, in milliseconds. */
const FRESH = 1_000

/** How old it may be for the requests that come while one asks, in milliseconds. */
const FRESH_ENOUGH = 1_500

/** How long a request waits for a document once there has been one, in milliseconds. */
const PATIENCE = 400

/** The least time between two requests, and the longest pause after failures, in milliseconds. */
const SPACING = 250
const LONGEST_PAUSE = 1_000

export function createRevocationListByRequest(options: RevocationListOptions): RevocationList {
  const { url, now, emit, whenStale } = options
  const backoff = createBackoff(SPACING)
  const source = createRevocationSource({ ...options, onFresh: markFresh })
  const { entries } = source
  const refresher = createRequestRefresher<boolean>({
    run,
    closed: false,
    earliest: () => Math.max(askedAt + SPACING, pausedUntil),
    due: () => Number.POSITIVE_INFINITY,
    now,
  })
  let startedAt: number | null = null
  let freshAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let pausedUntil = Number.NEGATIVE_INFINITY
  let isAlarmed = false
  let waited = 0

  return {
    judge,
    ready: refresh,
    deletedSubjects: () => entries.subjects,
    stats,
    close: refresher.close,
  }

  function judge(
    marks: RevocationMarks,
    at: number,
  ): RevocationVerdict | Promise<RevocationVerdict> {
    // What is known to be revoked stays revoked, however old the knowledge is.
    if (entries.has(marks)) return 'revoked'
    const fresh = refresher.isRunning ? FRESH_ENOUGH : FRESH
    return at - freshAt <= fresh ? 'good' : judgeLater(marks)
  }

  async function judgeLater(marks: RevocationMarks): Promise<RevocationVerdict> {
    waited += 1
    await refresh()
    if (entries.has(marks)) return 'revoked'
    const since = Math.max(freshAt, startedAt ?? now())
    return whenStale === 'refuse' && now() - since > STALE_AFTER ? 'stale' : 'good'
  }

  async function refresh(): Promise<void> {
    startedAt ??= now()
    // While the feed is away, requests are not held up one after the other: one asks now and then.
    if (now() < pausedUntil && now() - startedAt > START_PATIENCE) return
    const isServed = () => now() - freshAt <= FRESH
    const isStart = freshAt === Number.NEGATIVE_INFINITY && now() - startedAt < START_PATIENCE
    const patience = isStart ? startedAt + START_PATIENCE - now() : PATIENCE
    while (!isServed()) {
      const outcome = await refresher.wait({ isServed, patience })
      if (outcome !== false || !isStart || now() - startedAt >= START_PATIENCE) return
    }
  }

  async function run(): Promise<boolean> {
    const isFirst = askedAt === Number.NEGATIVE_INFINITY
    askedAt = now()
    const [{ isGood }] = await Promise.all([source.ask(0), isFirst ? source.load() : null])
    if (isGood && backoff.failures > 0) emit({ type: 'revocations_recovered', url: url.href })
    if (isGood) backoff.succeed()
    pausedUntil = isGood ? Number.NEGATIVE_INFINITY : now() + backoff.fail(LONGEST_PAUSE)
    watchAge()
    return isGood
  }

  function markFresh(): void {
    freshAt = now()
    if (!isAlarmed) return
    isAlarmed = false
    emit({ type: 'revocations_fresh', url: url.href })
  }

  function watchAge(): void {
    if (isAlarmed || age() < DEGRADED_AFTER) return
    isAlarmed = true
    emit({ type: 'revocations_stale', url: url.href })
  }

  function age(): number {
    return now() - Math.max(freshAt, startedAt ?? now())
  }

  function stats() {
    return {
      url: url.href,
      age: startedAt === null ? null : age(),
      isDegraded: startedAt !== null && age() >= DEGRADED_AFTER,
      size: entries.size,
      ...source.stats(),
      waited,
    }
  }
}
