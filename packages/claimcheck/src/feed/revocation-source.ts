/**
 * The revocation feed of one issuer, request by request: by its manifest, or by the old document where the issuer
 * knows no manifest.
 */
import { StatusError, toReason } from '../documents/document-request.js'
import { createKeptDocument, type StoreEvent } from '../documents/kept-document.js'
import type { DocumentStore } from '../documents/store.js'
import { createDocumentReader } from './document-reader.js'
import type { Asked, FeedReader, FeedSettings } from './feed-reader.js'
import { createManifestReader } from './manifest-reader.js'
import { createRevokedEntries, type RevokedEntries } from './revoked-entries.js'

/** How often an issuer that had no manifest is asked for one again, in milliseconds: it may have been upgraded. */
const ASK_AGAIN = 180_000

export interface RevocationSourceOptions extends FeedSettings {
  readonly store: DocumentStore | null
  readonly emit: (event: RevocationSourceEvent) => void
}

export type RevocationSourceEvent =
  | { readonly type: 'revocations_failed'; readonly url: string; readonly reason: string }
  | StoreEvent

export interface RevocationSource {
  readonly entries: RevokedEntries
  readonly longestWait: number
  /** Asks once, held by the issuer for at most so many seconds; never throws. */
  ask(seconds: number): Promise<Asked>
  /** Counts whatever arrives, so that an issuer that is slow can be told from one that is stalled. */
  readonly progress: number
  /** Applies what was kept of an earlier process. */
  load(): Promise<void>
  stats(): {
    /** When the issuer made the newest answer, in seconds since 1970; null before the first one. */
    readonly version: number | null
    readonly requests: number
    readonly failures: number
  }
}

export function createRevocationSource(options: RevocationSourceOptions): RevocationSource {
  const { url, signal, emit, now } = options
  const kept = createKeptDocument(options.store, url, emit)
  const entries = createRevokedEntries()
  let progress = 0
  const onProgress = () => {
    progress += 1
  }
  const common = { ...options, entries, keep: options.store && kept.save, onProgress }
  const manifests = createManifestReader(common)
  const documents = createDocumentReader(common)
  /** Null until an answer to the first question has decided it; a manifest decides it for good. */
  let reader: FeedReader | null = null
  let askedForManifestAt = Number.NEGATIVE_INFINITY
  const counts = { requests: 0, failures: 0 }

  return {
    entries,
    get longestWait() {
      return reader?.longestWait ?? 0
    },
    get progress() {
      return progress
    },
    ask,
    load: () =>
      kept.load(async (text) => {
        if (!(await manifests.load(text))) await documents.load(text)
      }),
    stats: () => ({ version: reader?.version ?? null, ...counts }),
  }

  async function ask(seconds: number): Promise<Asked> {
    counts.requests += 1
    if (reader === documents && now() - askedForManifestAt >= ASK_AGAIN) void askAgain()
    try {
      return { isGood: true, ...(await (reader?.ask(seconds) ?? askFirst())) }
    } catch (cause) {
      if (!signal?.aborted) {
        counts.failures += 1
        emit({ type: 'revocations_failed', url: url.href, reason: toReason(cause) })
      }
      const retryAfter = cause instanceof StatusError ? cause.retryAfter : null
      return { isGood: false, retryAfter }
    }
  }

  /**
   * An issuer that answers the first question with 404, and has a document, is an old one. Any other failure is one.
   */
  async function askFirst(): Promise<Pick<Asked, 'retryAfter'>> {
    askedForManifestAt = now()
    try {
      const asked = await manifests.ask(0)
      reader ??= manifests
      return asked
    } catch (cause) {
      if (!(cause instanceof StatusError && cause.status === 404) || reader !== null) throw cause
      const asked = await documents.ask(0)
      reader ??= documents
      return asked
    }
  }
  /** Beside the document, which goes on being followed: no manifest is no failure here. */
  async function askAgain(): Promise<void> {
    askedForManifestAt = now()
    try {
      await manifests.ask(0)
      reader = manifests
    } catch {}
  }
}
