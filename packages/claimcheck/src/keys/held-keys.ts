/** The key set that is held of one issuer: what its documents said last, and when it confirmed that. */
import type { Algorithm } from '../contract.js'
import type { DocumentAnswer } from '../documents/document-request.js'
import type { RefusedKey, VerificationKey } from './key-policy.js'
import { parseKeySet, parseStoredKeySet, readKeySet, type StoredKeySet } from './key-set.js'

/** What documents changed. Key ids are public; nothing else of a key is told. */
export type HeldKeysEvent =
  | { readonly type: 'keys_changed'; readonly url: string; readonly keyIds: readonly string[] }
  | {
      readonly type: 'key_refused'
      readonly url: string
      readonly keyId: string | null
      readonly reason: string
    }

export interface HeldKeysOptions {
  readonly url: URL
  readonly algorithms: readonly Algorithm[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly emit: (event: HeldKeysEvent) => void
}

export interface HeldKeys {
  get(keyId: string): VerificationKey | undefined
  readonly keyIds: readonly string[]
  /** The validator of the last document, or null. */
  readonly etag: string | null
  /** When the issuer last confirmed the set, in milliseconds since 1970; null before the first time. */
  readonly confirmedAt: number | null
  /**
   * Takes an answer of the issuer. @throws Error with a sentence that says why it changes nothing
   *
   * @param askedAt when it was asked for, in milliseconds since 1970
   */
  apply(answer: DocumentAnswer, askedAt: number): Promise<void>
  /** Takes what was kept of an earlier process, unless the issuer has already answered. */
  applyStored(text: string): Promise<void>
  /** What to keep for the next process; null where nothing is held. */
  toStored(): string | null
}

interface KeySet {
  readonly keys: ReadonlyMap<string, VerificationKey>
  /** The members as they were published, for the store. */
  readonly published: readonly unknown[]
  readonly etag: string | null
  readonly confirmedAt: number
}

export function createHeldKeys({ url, algorithms, now, emit }: HeldKeysOptions): HeldKeys {
  let set: KeySet | null = null
  let refusedBefore = new Set<string>()

  return {
    get: (keyId) => set?.keys.get(keyId),
    get keyIds() {
      return [...(set?.keys.keys() ?? [])]
    },
    get etag() {
      return set?.etag ?? null
    },
    get confirmedAt() {
      return set?.confirmedAt ?? null
    },
    async apply({ body, etag }, askedAt) {
      if (body === null && set !== null) {
        set = { ...set, confirmedAt: askedAt }
        return
      }
      const published = parseKeySet(body ?? '')
      const keys = await readKeys(published)
      if (keys.size === 0) throw new Error('The key set holds no key that may be used')
      replace({ keys, published, etag, confirmedAt: askedAt })
    },
    async applyStored(text) {
      const stored = parseStoredKeySet(text, url.href)
      if (stored === null || set !== null) return
      const keys = await readKeys(stored.keys)
      // A time in the future would keep the set alive for ever.
      const confirmedAt = Math.min(stored.fetchedAt, now())
      if (keys.size > 0) replace({ keys, published: stored.keys, etag: null, confirmedAt })
    },
    toStored() {
      if (set === null) return null
      const { confirmedAt, published } = set
      const stored: StoredKeySet = { url: url.href, fetchedAt: confirmedAt, keys: published }
      return JSON.stringify(stored)
    },
  }

  async function readKeys(published: readonly unknown[]): Promise<KeySet['keys']> {
    const { keys, refused } = await readKeySet(published, algorithms, set?.keys)
    reportRefused(refused)
    return keys
  }

  function replace(next: KeySet): void {
    const before = set?.keys
    set = next
    const keys = [...next.keys.values()]
    const isSame =
      before?.size === keys.length && keys.every((key) => before.get(key.keyId) === key)
    if (!isSame) emit({ type: 'keys_changed', url: url.href, keyIds: [...next.keys.keys()] })
  }

  /** Tells each refused key once, for as long as it stays refused. */
  function reportRefused(refused: readonly RefusedKey[]): void {
    const told = refusedBefore
    refusedBefore = new Set(refused.map(({ keyId, reason }) => `${keyId} ${reason}`))
    for (const { keyId, reason } of refused) {
      if (told.has(`${keyId} ${reason}`)) continue
      emit({ type: 'key_refused', url: url.href, keyId, reason })
    }
  }
}
