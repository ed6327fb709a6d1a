/** The last good document of an issuer, kept outside the process for its next start. */
import { toReason } from './document-request.js'
import type { DocumentStore } from './store.js'

/** A store that failed. It stops nobody: without it, a start while the issuer is away finds nothing. */
export interface StoreEvent {
  readonly type: 'store_failed'
  readonly url: string
  readonly reason: string
}

export interface KeptDocument {
  /** Hands the kept text to `read`, where there is one. What `read` throws is told like a failure of the store. */
  load(read: (text: string) => Promise<void>): Promise<void>
  save(text: string): Promise<void>
}

/**
 * @param store null keeps nothing
 * @param url whose document it is, for the event
 */
export function createKeptDocument(
  store: DocumentStore | null,
  url: URL,
  emit: (event: StoreEvent) => void,
): KeptDocument {
  return {
    load: (read) =>
      attempt(async () => {
        const text = (await store?.get()) ?? null
        if (text !== null) await read(text)
      }),
    save: (text) => attempt(async () => store?.set(text)),
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      emit({ type: 'store_failed', url: url.href, reason: toReason(cause) })
    }
  }
}
