/** Follows the revocation feed of one issuer in the background, and answers whether a token was revoked. */
import {
  type DocumentStore,
  LONGEST_WAIT_SECONDS,
  REVOCATIONS_LIFETIME_SECONDS,
  type RevocationDocument,
} from './contract.js'
import { type DocumentAnswer, requestDocument, toReason } from './document-request.js'
import { type DocumentTrust, readRevocationDocument } from './revocation-document.js'
import { createRevokedEntries, type RevocationMarks } from './revoked-entries.js'

/** How long a request may take beyond the time it is held, in milliseconds; and the largest answer, in bytes. */
const TIMEOUT = 2_000
const LARGEST_BODY = 4 * 1024 * 1024

/** The least time between two requests, and the longest pause after failures, in milliseconds. */
const SPACING = 100
const LONGEST_PAUSE = 1_000

/** How long a process that has just started waits for its first document, in milliseconds. */
const START_PATIENCE = 2_000

/** Without a fresh document for so long, in milliseconds: readiness degrades, and 'refuse' refuses. */
const DEGRADED_AFTER = 30_000
const STALE_AFTER = 60_000

/** How late the follower may be before a request does its work: longer, and the timers of this process stand still. */
const OVERDUE_AFTER = 15_000
const OVERDUE_PATIENCE = 400

interface RevocationListOptions extends DocumentTrust {
  readonly url: URL
  readonly whenStale: 'accept' | 'refuse'
  readonly store: DocumentStore | null
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly emit: (event: RevocationEvent) => void
}

/** What happened to the revocations. */
type RevocationEvent =
  | { readonly type: 'revocations_failed'; readonly url: string; readonly reason: string }
  /** An alarm, once: no fresh document came for 30 s. */
  | { readonly type: 'revocations_stale'; readonly url: string }
  | { readonly type: 'revocations_fresh'; readonly url: string }
  | { readonly type: 'store_failed'; readonly url: string; readonly reason: string }

interface RevocationStats {
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

type RevocationVerdict = 'good' | 'revoked' | 'stale'

export interface RevocationList {
  /** Judges at once, except in the first two seconds, and where timers stood still. */
  judge(marks: RevocationMarks, now: number): RevocationVerdict | Promise<RevocationVerdict>
  /** Starts following; resolves with the first document, or after two seconds. */
  ready(): Promise<void>
  /** The deleted people, as `toRevocationEntry` names them. */
  deletedSubjects(): readonly string[]
  stats(): RevocationStats
  close(): void
}

export function createRevocationList(options: RevocationListOptions): RevocationList {
  const { url, now, emit, store } = options
  const closing = new AbortController()
  const entries = createRevokedEntries()
  let starting: Promise<void> | null = null
  let isStarted = false
  let refreshing: Promise<void> | null = null
  let freshAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let newest: RevocationDocument | null = null
  let etag: string | null = null
  let isAlarmed = false
  let firstDocument: () => void = () => {}
  const counts = { requests: 0, failures: 0, waited: 0 }

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
    counts.waited += 1
    if (!isStarted) await ready()
    else await Promise.race([refresh(), wait(OVERDUE_PATIENCE)])
    return judgeNow(marks, now())
  }

  function ready(): Promise<void> {
    starting ??= start()
    return starting
  }

  async function start(): Promise<void> {
    const first = new Promise<void>((resolve) => {
      firstDocument = resolve
    })
    freshAt = now()
    askedAt = now()
    void loadStored()
    void follow()
    await Promise.race([first, wait(START_PATIENCE)])
    isStarted = true
  }

  async function follow(): Promise<void> {
    let failuresInARow = 0
    while (!closing.signal.aborted) {
      const isGood = await ask(etag === null ? 0 : LONGEST_WAIT_SECONDS)
      failuresInARow = isGood ? 0 : failuresInARow + 1
      watchAge()
      const pause = isGood ? SPACING : SPACING * 2 ** Math.min(failuresInARow, 10)
      await wait(Math.min(pause, LONGEST_PAUSE))
    }
  }

  /** The work of the follower, done by a request: asked without waiting for a change. */
  function refresh(): Promise<void> {
    refreshing ??= ask(0).then(() => {
      refreshing = null
    })
    return refreshing
  }

  async function ask(seconds: number): Promise<boolean> {
    counts.requests += 1
    askedAt = now()
    try {
      const target = new URL(url)
      if (seconds > 0) target.searchParams.set('wait', String(seconds))
      const answer = await requestDocument(target, {
        fetch: options.fetch,
        accept: 'application/jwt',
        etag: seconds > 0 ? etag : null,
        timeout: seconds * 1_000 + TIMEOUT,
        largestBody: LARGEST_BODY,
        signal: closing.signal,
      })
      await apply(answer)
      return true
    } catch (cause) {
      if (closing.signal.aborted) return false
      counts.failures += 1
      emit({ type: 'revocations_failed', url: url.href, reason: toReason(cause) })
      return false
    }
  }

  async function apply(answer: DocumentAnswer): Promise<void> {
    const text = answer.body ?? ''
    const document = await readRevocationDocument(text, options, now())
    // A replayed document ages out; until then it can add nothing wrong.
    if (now() / 1_000 - document.iat > REVOCATIONS_LIFETIME_SECONDS)
      throw new Error('It is too old')
    const isNewest = entries.add(document, now())
    etag = answer.etag
    if (!isNewest) return
    const isChanged = newest === null || !isSame(newest, document)
    newest = document
    markFresh()
    if (isChanged) void save(text)
  }

  function markFresh(): void {
    freshAt = now()
    firstDocument()
    if (!isAlarmed) return
    isAlarmed = false
    emit({ type: 'revocations_fresh', url: url.href })
  }

  function watchAge(): void {
    if (isAlarmed || now() - freshAt < DEGRADED_AFTER) return
    isAlarmed = true
    emit({ type: 'revocations_stale', url: url.href })
  }

  /** A stored document proves that its entries were revoked, whatever its age; freshness it cannot prove. */
  async function loadStored(): Promise<void> {
    if (store === null) return
    try {
      const text = await store.get()
      if (text === null) return
      entries.add(await readRevocationDocument(text, options, now()), now())
      firstDocument()
    } catch (cause) {
      emit({ type: 'store_failed', url: url.href, reason: toReason(cause) })
    }
  }

  async function save(text: string): Promise<void> {
    try {
      await store?.set(text)
    } catch (cause) {
      emit({ type: 'store_failed', url: url.href, reason: toReason(cause) })
    }
  }

  function wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(end, milliseconds)
      // Where timers are objects (Node), following must not keep the process alive.
      if (typeof timer === 'object') timer.unref()
      closing.signal.addEventListener('abort', end)
      function end(): void {
        clearTimeout(timer)
        closing.signal.removeEventListener('abort', end)
        resolve()
      }
    })
  }

  function stats(): RevocationStats {
    const age = starting === null ? null : now() - freshAt
    return {
      url: url.href,
      age,
      isDegraded: age !== null && age >= DEGRADED_AFTER,
      size: entries.size,
      version: newest?.iat ?? null,
      ...counts,
    }
  }

  function close(): void {
    closing.abort()
  }
}

function isSame(one: RevocationDocument, other: RevocationDocument): boolean {
  return (
    one.notBefore === other.notBefore &&
    one.sids.length === other.sids.length &&
    one.subs.length === other.subs.length &&
    one.sids.every((entry, index) => entry === other.sids[index]) &&
    one.subs.every((entry, index) => entry === other.subs[index])
  )
}
