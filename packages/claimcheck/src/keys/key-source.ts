/** The keys of one issuer: fetched in the background, kept through outages, bounded under floods. */
import type { Algorithm } from './contract.js'
import { type DocumentAnswer, requestDocument, toReason } from './document-request.js'
import { AuthError } from './errors.js'
import type { RefusedKey, VerificationKey } from './key-policy.js'
import { parseKeySet, parseStoredKeySet, readKeySet } from './key-set.js'
import type { DocumentStore } from './store.js'

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

/** What happened to the keys. Key ids are public; nothing else of a key is told. */
export type KeyEvent =
  | { readonly type: 'keys_changed'; readonly url: string; readonly keyIds: readonly string[] }
  | { readonly type: 'keys_failed'; readonly url: string; readonly reason: string }
  | {
      readonly type: 'key_refused'
      readonly url: string
      readonly keyId: string | null
      readonly reason: string
    }
  | { readonly type: 'store_failed'; readonly url: string; readonly reason: string }

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

interface KeySet {
  readonly keys: ReadonlyMap<string, VerificationKey>
  /** The members as they were published, for the store. */
  readonly published: readonly unknown[]
  readonly etag: string | null
  readonly confirmedAt: number
}

/** A token whose key is not there yet. Requests are numbered in the order in which they start. */
interface Waiter {
  readonly keyId: string | null
  /** The first request that started after the question. */
  readonly request: number
  readonly settle: (outcome: Outcome) => void
}

type Outcome = 'answered' | 'answered from a cache' | 'failed'

export function createKeySource(options: KeySourceOptions): KeySource {
  const { url, now, refreshInterval, staleIfError, emit } = options
  const closing = new AbortController()
  const waiting = new Set<Waiter>()
  let set: KeySet | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  let startedAt = Number.NEGATIVE_INFINITY
  let pausedUntil = Number.NEGATIVE_INFINITY
  let failuresInARow = 0
  let lastFailure: string | null = null
  let refusedBefore = new Set<string>()
  let storeLoaded: Promise<void> | null = null
  const counts = { requests: 0, failures: 0, waited: 0 }

  return { find, ready, stats, close }

  function find(keyId: string, at: number): VerificationKey | Promise<VerificationKey> {
    const key = set?.keys.get(keyId)
    return key !== undefined && isUsable(at) && !isOverdue(at) ? key : findAfterRequest(keyId)
  }

  function isUsable(at: number): boolean {
    return set !== null && at - set.confirmedAt <= staleIfError
  }

  /** Timers stand still where a platform freezes idle processes; then a request does their work. */
  function isOverdue(at: number): boolean {
    return at - startedAt > refreshInterval + REFRESH_GRACE
  }

  async function findAfterRequest(keyId: string): Promise<VerificationKey> {
    const outcome = await waitForKey(keyId)
    const key = isUsable(now()) ? set?.keys.get(keyId) : undefined
    if (key !== undefined) return key
    if (outcome === 'answered') throw new AuthError('key_unknown')
    throw keysUnavailable()
  }

  async function waitForKey(keyId: string): Promise<Outcome> {
    const isHopeless = pausedUntil - now() > PATIENCE || waiting.size >= MOST_WAITING
    if (isHopeless || closing.signal.aborted) return 'failed'
    counts.waited += 1
    let deadline: ReturnType<typeof setTimeout> | undefined
    const outcome = await new Promise<Outcome>((settle) => {
      const waiter = { keyId, request: counts.requests + 1, settle }
      waiting.add(waiter)
      deadline = setTimeout(() => {
        waiting.delete(waiter)
        settle('failed')
      }, PATIENCE)
      wake()
    })
    clearTimeout(deadline)
    return outcome
  }

  async function ready(): Promise<void> {
    if (isUsable(now())) return
    if (!closing.signal.aborted) {
      await new Promise<Outcome>((settle) => {
        waiting.add({ keyId: null, request: counts.requests + (isRunning ? 0 : 1), settle })
        wake()
      })
    }
    if (!isUsable(now())) throw keysUnavailable()
  }

  function wake(): void {
    if (!isRunning) schedule(Math.max(startedAt + SPACING, pausedUntil))
  }

  function schedule(at: number): void {
    clearTimeout(timer)
    if (closing.signal.aborted) return
    const delay = at - now()
    if (delay <= 0) {
      void run()
      return
    }
    timer = setTimeout(run, delay)
    // Where timers are objects (Node), one that only refreshes keys must not keep the process alive.
    if (typeof timer === 'object') timer.unref()
  }

  async function run(): Promise<void> {
    isRunning = true
    startedAt = now()
    counts.requests += 1
    storeLoaded ??= loadStored()
    const outcome = await attempt()
    await storeLoaded
    isRunning = false
    release(outcome)
    if (waiting.size > 0) wake()
    else schedule(nextRefresh())
  }

  /** Lets go of those whose key is there, and of those who asked before the request started that just ended. */
  function release(outcome: Outcome): void {
    for (const waiter of waiting) {
      const isThere = waiter.keyId !== null && set?.keys.has(waiter.keyId) === true
      if (!isThere && waiter.request > counts.requests) continue
      waiting.delete(waiter)
      waiter.settle(outcome)
    }
  }

  async function attempt(): Promise<Outcome> {
    try {
      const answer = await requestDocument(url, {
        fetch: options.fetch,
        accept: 'application/jwk-set+json, application/json',
        etag: set?.etag ?? null,
        timeout: TIMEOUT,
        largestBody: LARGEST_BODY,
        signal: closing.signal,
      })
      await apply(answer)
      failuresInARow = 0
      lastFailure = null
      pausedUntil = Number.NEGATIVE_INFINITY
      return answer.fromCache ? 'answered from a cache' : 'answered'
    } catch (cause) {
      if (closing.signal.aborted) return 'failed'
      counts.failures += 1
      failuresInARow += 1
      pausedUntil = now() + pauseAfterFailure()
      lastFailure = toReason(cause)
      emit({ type: 'keys_failed', url: url.href, reason: lastFailure })
      return 'failed'
    }
  }

  function pauseAfterFailure(): number {
    const longest = isUsable(now()) ? LONGEST_PAUSE : LONGEST_PAUSE_WITHOUT_KEYS
    return Math.min(longest, SPACING * 2 ** Math.min(failuresInARow - 1, 10))
  }

  /** Jitter only ever shortens, so that a removed key is gone when it is promised to be. */
  function nextRefresh(): number {
    if (failuresInARow > 0) return pausedUntil
    return startedAt + refreshInterval * (1 - Math.random() / 10)
  }

  async function apply({ body, etag }: DocumentAnswer): Promise<void> {
    if (body === null && set !== null) {
      set = { ...set, confirmedAt: startedAt }
    } else {
      const published = parseKeySet(body ?? '')
      const keys = await readKeys(published)
      if (keys.size === 0) throw new Error('The key set holds no key that may be used')
      replace({ keys, published, etag, confirmedAt: startedAt })
    }
    void save()
  }

  function replace(next: KeySet): void {
    const before = set?.keys
    set = next
    const keys = [...next.keys.values()]
    const isSame =
      before?.size === keys.length && keys.every((key) => before.get(key.keyId) === key)
    if (!isSame) emit({ type: 'keys_changed', url: url.href, keyIds: [...next.keys.keys()] })
  }

  async function readKeys(published: readonly unknown[]): Promise<KeySet['keys']> {
    const { keys, refused } = await readKeySet(published, options.algorithms, set?.keys)
    reportRefused(refused)
    return keys
  }

  function reportRefused(refused: readonly RefusedKey[]): void {
    const told = refusedBefore
    refusedBefore = new Set(refused.map(({ keyId, reason }) => `${keyId} ${reason}`))
    for (const { keyId, reason } of refused) {
      if (told.has(`${keyId} ${reason}`)) continue
      emit({ type: 'key_refused', url: url.href, keyId, reason })
    }
  }

  async function loadStored(): Promise<void> {
    if (options.store === null) return
    try {
      const stored = parseStoredKeySet(await options.store.get(), url.href)
      if (stored === null || set !== null) return
      const keys = await readKeys(stored.keys)
      // A time in the future would keep the set alive for ever.
      const confirmedAt = Math.min(stored.fetchedAt, now())
      if (keys.size > 0) replace({ keys, published: stored.keys, etag: null, confirmedAt })
    } catch (cause) {
      emit({ type: 'store_failed', url: url.href, reason: toReason(cause) })
    }
  }

  async function save(): Promise<void> {
    if (options.store === null || set === null) return
    try {
      const stored = { url: url.href, fetchedAt: set.confirmedAt, keys: set.published }
      await options.store.set(JSON.stringify(stored))
    } catch (cause) {
      emit({ type: 'store_failed', url: url.href, reason: toReason(cause) })
    }
  }

  function keysUnavailable(): AuthError {
    const pause = Math.max(0, pausedUntil - now())
    return new AuthError('keys_unavailable', {
      retryAfter: Math.max(1, Math.ceil(pause / 1_000)),
      ...(lastFailure !== null && { cause: new Error(lastFailure) }),
    })
  }

  function stats(): KeyStats {
    return {
      url: url.href,
      keyIds: [...(set?.keys.keys() ?? [])],
      age: set === null ? null : now() - set.confirmedAt,
      ...counts,
      waiting: waiting.size,
      lastFailure,
    }
  }

  function close(): void {
    closing.abort()
    clearTimeout(timer)
    for (const { settle } of waiting) settle('failed')
    waiting.clear()
  }
}
