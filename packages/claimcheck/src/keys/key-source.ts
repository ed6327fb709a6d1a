/** The keys of one issuer: fetched in the background, kept through outages, bounded under floods. */

import { type Algorithm, CLOCK_TOLERANCE_SECONDS } from '../contract.js'
import { createBackoff } from '../documents/backoff.js'
import { requestDocument, toReason } from '../documents/document-request.js'
import { createKeptDocument, type StoreEvent } from '../documents/kept-document.js'
import { createBackgroundRefresher } from '../documents/refresher.js'
import { createRequestRefresher } from '../documents/request-refresher.js'
import type { DocumentStore } from '../documents/store.js'
import { AuthError } from '../errors.js'
import { isBoundToRequests } from '../platform.js'
import { createHeldKeys, type HeldKeysEvent } from './held-keys.js'
import type { VerificationKey } from './key-policy.js'

/** The least time between the starts of two requests, in milliseconds: four a second at the most. */
const SPACING = 250

/** How long a token waits for a request that may bring its key, in milliseconds. */
const PATIENCE = 400

/** How many tokens wait at the same time. */
const MOST_WAITING = 4_096

/** The longest pause after failures, in milliseconds: with good keys at hand, and with none. */
const LONGEST_PAUSE = 30_000
const LONGEST_PAUSE_WITHOUT_KEYS = 1_000

/** How long one request may take, in milliseconds, and how large its answer may be, in bytes. */
const TIMEOUT = 2_000
const LARGEST_BODY = 64 * 1024

/** How late a refresh may be before a request asks for it: longer, and the timers of this process stand still. */
const REFRESH_GRACE = 5_000

export interface KeySourceOptions {
  url: URL
  algorithms: readonly Algorithm[]
  fetch: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  now: () => number
  /** Milliseconds between background refreshes; each comes up to a tenth early. */
  refreshInterval: number
  /** Milliseconds for which the last good set serves while the issuer cannot be reached. */
  staleIfError: number
  store: DocumentStore | null
  emit: (event: KeyEvent) => void
}

/** What happened to the keys. */
export type KeyEvent =
  | HeldKeysEvent
  | { readonly type: 'keys_failed'; readonly url: string; readonly reason: string }
  /** The first good answer after failures. */
  | { readonly type: 'keys_recovered'; readonly url: string }
  /**
   * The clock of this process is ahead of the issuer's by so many seconds, or behind where it is negative. Told once.
   */
  | { readonly type: 'clock_differs'; readonly url: string; readonly seconds: number }
  | StoreEvent

export interface KeyStats {
  readonly url: string
  readonly keyIds: readonly string[]
  /** Milliseconds since the issuer last confirmed the set; null before the first time. */
  readonly age: number | null
  /** Requests made, and those that failed, since the start. */
  readonly requests: number
  readonly failures: number
  /** Tokens that wait for a request right now, and all that ever did. */
  readonly waiting: number
  readonly waited: number
  /** Why the last request failed; null after a good one. */
  readonly lastFailure: string | null
  /** Seconds by which the clock of this process is ahead of the issuer's; null where its answers do not tell. */
  readonly clockOffset: number | null
}

export interface KeySource {
  /**
   * The key with this id. Known ones come at once; an unknown one waits, bounded, for a request that started
   * after the question, so that the first token after a rotation is not refused.
   *
   * @throws AuthError `key_unknown`, or `keys_unavailable` when that cannot be told
   */
  find(keyId: string, now: number): VerificationKey | Promise<VerificationKey>
  /** Starts fetching, and resolves when there are keys; rejects when the first attempt found none. */
  ready(): Promise<void>
  stats(): KeyStats
  close(): void
}

type Outcome = 'answered' | 'answered from a cache' | 'failed'

export function createKeySource(options: KeySourceOptions): KeySource {
  const { url, algorithms, now, refreshInterval, staleIfError, emit } = options
  const held = createHeldKeys({ url, algorithms, now, emit })
  const kept = createKeptDocument(options.store, url, emit)
  const createRefresher = isBoundToRequests() ? createRequestRefresher : createBackgroundRefresher
  const refresher = createRefresher<Outcome>({
    run,
    closed: 'failed',
    earliest: () => Math.max(startedAt + SPACING, pausedUntil),
    due: nextRefresh,
    now,
  })
  const backoff = createBackoff(SPACING)
  let startedAt = Number.NEGATIVE_INFINITY
  let pausedUntil = Number.NEGATIVE_INFINITY
  let lastFailure: string | null = null
  let clockOffset: number | null = null
  let isStoreLoaded = false
  const counts = { requests: 0, failures: 0, waited: 0 }

  return { find, ready, stats, close: refresher.close }

  function find(keyId: string, at: number): VerificationKey | Promise<VerificationKey> {
    const key = held.get(keyId)
    return key !== undefined && isUsable(at) && !isOverdue(at) ? key : findAfterRequest(keyId)
  }

  function isUsable(at: number): boolean {
    return held.confirmedAt !== null && at - held.confirmedAt <= staleIfError
  }

  /** Timers stand still where a platform freezes idle processes; then a request does their work. */
  function isOverdue(at: number): boolean {
    return at - startedAt > refreshInterval + REFRESH_GRACE
  }

  async function findAfterRequest(keyId: string): Promise<VerificationKey> {
    const outcome = await waitForKey(keyId)
    const key = isUsable(now()) ? held.get(keyId) : undefined
    if (key !== undefined) return key
    if (outcome === 'answered') throw new AuthError('key_unknown')
    throw keysUnavailable()
  }

  async function waitForKey(keyId: string): Promise<Outcome> {
    if (pausedUntil - now() > PATIENCE || refresher.size >= MOST_WAITING) return 'failed'
    counts.waited += 1
    const isServed = () => held.get(keyId) !== undefined
    return (await refresher.wait({ isServed, patience: PATIENCE })) ?? 'failed'
  }

  async function ready(): Promise<void> {
    if (!isUsable(now())) await refresher.wait({ orRunning: true })
    if (!isUsable(now())) throw keysUnavailable()
  }

  async function run(signal?: AbortSignal): Promise<Outcome> {
    startedAt = now()
    counts.requests += 1
    // Not kept for a second one to wait for: where it ended with the request that made it, it is made anew.
    const loading = isStoreLoaded ? null : kept.load(held.applyStored)
    const outcome = await attempt(signal)
    await loading
    isStoreLoaded = true
    return outcome
  }

  async function attempt(signal?: AbortSignal): Promise<Outcome> {
    try {
      const answer = await requestDocument(url, {
        fetch: options.fetch,
        accept: 'application/jwk-set+json, application/json',
        etag: held.etag,
        timeout: TIMEOUT,
        largestBody: LARGEST_BODY,
        signal,
      })
      await held.apply(answer, startedAt)
      const saving = save()
      // Elsewhere it need not be waited for.
      if (isBoundToRequests()) await saving
      if (backoff.failures > 0) emit({ type: 'keys_recovered', url: url.href })
      backoff.succeed()
      lastFailure = null
      watchClock(answer.date)
      pausedUntil = Number.NEGATIVE_INFINITY
      return answer.fromCache ? 'answered from a cache' : 'answered'
    } catch (cause) {
      if (signal?.aborted) return 'failed'
      counts.failures += 1
      pausedUntil =
        now() + backoff.fail(isUsable(now()) ? LONGEST_PAUSE : LONGEST_PAUSE_WITHOUT_KEYS)
      lastFailure = toReason(cause)
      emit({ type: 'keys_failed', url: url.href, reason: lastFailure })
      return 'failed'
    }
  }

  function watchClock(date: number | null): void {
    if (date === null) return
    const before = clockOffset ?? 0
    clockOffset = (now() - date) / 1_000
    const isNoticed = Math.abs(clockOffset) > CLOCK_TOLERANCE_SECONDS
    if (isNoticed && Math.abs(before) <= CLOCK_TOLERANCE_SECONDS) {
      emit({ type: 'clock_differs', url: url.href, seconds: Math.round(clockOffset) })
    }
  }

  /** Jitter only ever shortens, so that a removed key is gone when it is promised to be. */
  function nextRefresh(): number {
    if (backoff.failures > 0) return pausedUntil
    return startedAt + refreshInterval * (1 - Math.random() / 10)
  }

  async function save(): Promise<void> {
    const text = held.toStored()
    if (text !== null) await kept.save(text)
  }

  function keysUnavailable(): AuthError {
    const pause = Math.max(0, pausedUntil - now())
    return new AuthError('keys_unavailable', {
      retryAfter: Math.max(1, Math.ceil(pause / 1_000)),
      // Why, and where.
      ...(lastFailure !== null && { cause: new Error(lastFailure, { cause: url.href }) }),
    })
  }

  function stats(): KeyStats {
    return {
      url: url.href,
      keyIds: held.keyIds,
      age: held.confirmedAt === null ? null : now() - held.confirmedAt,
      ...counts,
      waiting: refresher.size,
      lastFailure,
      clockOffset,
    }
  }
}
