/** The keys of one issuer: fetched in the background, kept through outages, bounded under floods. */
import type { Algorithm } from './contract.js'
import { AuthError } from './errors.js'
import { type JwksAnswer, requestJwks } from './jwks-request.js'
import { type JwksStore, loadJwks } from './jwks-store.js'
import { type RefusedKey, readKey, type VerificationKey } from './key-policy.js'

/** The least time between the starts of two requests, in milliseconds: four a second at the most. */
const SPACING = 250

/** How long a token waits for a request that may bring its key, in milliseconds. */
const PATIENCE = 400

/** How many tokens wait at the same time. */
const MOST_WAITING = 4_096

/** The longest pause after failures, in milliseconds: with good keys at hand, and with none. */
const LONGEST_PAUSE = 30_000
const LONGEST_PAUSE_WITHOUT_KEYS = 1_000

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
  store: JwksStore | null
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
  /** Tokens that wait for a request right now. */
  readonly waiting: number
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

/** One request for the key set, and those who wait for its outcome. */
interface Round {
  readonly outcome: Promise<Outcome>
  readonly settle: (outcome: Outcome) => void
}

type Outcome = 'answered' | 'answered from a cache' | 'failed'

export function createKeySource(options: KeySourceOptions): KeySource {
  const { url, now, refreshInterval, staleIfError, emit } = options
  const closing = new AbortController()
  let set: KeySet | null = null
  let running: Round | null = null
  let upcoming: Round | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let startedAt = Number.NEGATIVE_INFINITY
  let pausedUntil = Number.NEGATIVE_INFINITY
  let failuresInARow = 0
  let refusedBefore = new Set<string>()
  const counts = { requests: 0, failures: 0, waiting: 0 }
  let lastFailure: string | null = null
  let loading: Promise<void> | null = null

  return { find, ready, stats, close }

  function find(keyId: string, at: number): VerificationKey | Promise<VerificationKey> {
    const key = set?.keys.get(keyId)
    return key !== undefined && isUsable(at) && !isOverdue(at) ? key : findAfterRound(keyId)
  }

  function isUsable(at: number): boolean {
    return set !== null && at - set.confirmedAt <= staleIfError
  }

  /** Timers stand still where a platform freezes idle processes; then a request does their work. */
  function isOverdue(at: number): boolean {
    return at - startedAt > refreshInterval + REFRESH_GRACE
  }

  async function findAfterRound(keyId: string): Promise<VerificationKey> {
    const outcome = await waitForRound()
    const key = isUsable(now()) ? set?.keys.get(keyId) : undefined
    if (key !== undefined) return key
    if (outcome === 'answered') throw new AuthError('key_unknown')
    throw keysUnavailable()
  }

  async function waitForRound(): Promise<Outcome> {
    if (closing.signal.aborted || counts.waiting >= MOST_WAITING) return 'failed'
    await loadStoredOnce()
    if (pausedUntil - now() > PATIENCE) return 'failed'
    const round = requestRound()
    counts.waiting += 1
    let deadline: ReturnType<typeof setTimeout> | undefined
    const impatience = new Promise<Outcome>((resolve) => {
      deadline = setTimeout(resolve, PATIENCE, 'failed')
    })
    try {
      return await Promise.race([round.outcome, impatience])
    } finally {
      clearTimeout(deadline)
      counts.waiting -= 1
    }
  }

  /** The round that has not started yet: whoever joins it gets an answer younger than the question. */
  function requestRound(): Round {
    const round = upcoming ?? createRound()
    upcoming = round
    if (running === null) schedule(Math.max(startedAt + SPACING, pausedUntil))
    return round
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
    if (running !== null) return
    const round = upcoming ?? createRound()
    running = round
    upcoming = null
    startedAt = now()
    counts.requests += 1
    const outcome = await attempt()
    running = null
    round.settle(outcome)
    schedule(upcoming === null ? nextRefresh() : Math.max(startedAt + SPACING, pausedUntil))
  }

  async function attempt(): Promise<Outcome> {
    try {
      const answer = await requestJwks(url, {
        fetch: options.fetch,
        etag: set?.etag ?? null,
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

  async function apply({ jwks, etag }: JwksAnswer): Promise<void> {
    if (jwks === null && set !== null) {
      set = { ...set, confirmedAt: startedAt }
    } else {
      const keys = await readKeys(jwks ?? [])
      if (keys.size === 0) throw new Error('The key set holds no key that may be used')
      replace({ keys, published: jwks ?? [], etag, confirmedAt: startedAt })
    }
    void save()
  }

  function replace(next: KeySet): void {
    const before = set?.keys
    set = next
    const isSame =
      before?.size === next.keys.size &&
      [...next.keys.values()].every((key) => before.get(key.keyId) === key)
    if (!isSame) emit({ type: 'keys_changed', url: url.href, keyIds: [...next.keys.keys()] })
  }

  async function readKeys(published: readonly unknown[]): Promise<Map<string, VerificationKey>> {
    const keys = new Map<string, VerificationKey>()
    const refused: RefusedKey[] = []
    for (const read of await Promise.all(published.map(readKey))) {
      if ('reason' in read) refused.push(read)
      else if (!options.algorithms.includes(read.algorithm)) {
        refused.push({
          keyId: read.keyId,
          reason: `its algorithm ${read.algorithm} is not allowed here`,
        })
      } else if (keys.has(read.keyId))
        refused.push({ keyId: read.keyId, reason: 'its kid is taken by a key before it' })
      else keys.set(read.keyId, sameAsBefore(read))
    }
    reportRefused(refused)
    return keys
  }

  /** A key that did not change stays the same object, and with it every signature checked under it. */
  function sameAsBefore(key: VerificationKey): VerificationKey {
    const before = set?.keys.get(key.keyId)
    return before?.material === key.material ? before : key
  }

  function reportRefused(refused: readonly RefusedKey[]): void {
    const told = refusedBefore
    refusedBefore = new Set(refused.map(({ keyId, reason }) => `${keyId} ${reason}`))
    for (const { keyId, reason } of refused) {
      if (!told.has(`${keyId} ${reason}`))
        emit({ type: 'key_refused', url: url.href, keyId, reason })
    }
  }

  function loadStoredOnce(): Promise<void> {
    loading ??= loadStored()
    return loading
  }

  async function loadStored(): Promise<void> {
    if (options.store === null) return
    try {
      const stored = await loadJwks(options.store, url.href)
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
      const text = JSON.stringify({
        url: url.href,
        fetchedAt: set.confirmedAt,
        keys: set.published,
      })
      await options.store.set(text)
    } catch (cause) {
      emit({ type: 'store_failed', url: url.href, reason: toReason(cause) })
    }
  }

  async function ready(): Promise<void> {
    await loadStoredOnce()
    if (isUsable(now())) return
    const round = running ?? requestRound()
    await round.outcome
    if (!isUsable(now())) throw keysUnavailable()
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
      lastFailure,
    }
  }

  function close(): void {
    closing.abort()
    clearTimeout(timer)
    upcoming?.settle('failed')
  }
}

function createRound(): Round {
  let settle: Round['settle'] = () => {}
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve
  })
  return { outcome, settle }
}

/** A sentence for the operator. A fetch hides its reason in the cause. */
function toReason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'The request failed'
  const code =
    cause.cause instanceof Error && 'code' in cause.cause ? String(cause.cause.code) : undefined
  return code === undefined ? cause.message : `${cause.message} (${code})`
}
