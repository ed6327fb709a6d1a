/** What both ways to read the feed have: by its manifest, or by the old document. */
import type { DocumentTrust } from './revocation-document.js'
import type { RevokedEntries } from './revoked-entries.js'

/** Whose feed it is, and how it is reached. */
export interface FeedSettings extends DocumentTrust {
  readonly url: URL
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends the requests. Default: they end by themselves. */
  readonly signal?: AbortSignal
  /** Called when something has been applied that is the newest so far. */
  readonly onFresh: () => void
}

/** How a question ended. */
export interface Asked {
  /** A good answer came. */
  readonly isGood: boolean
  /** Seconds after which the issuer wants to be asked again, or null. */
  readonly retryAfter: number | null
}

/** One of the two ways to ask. */
export interface FeedReader {
  /** The longest that a request may be held now, in seconds; 0 until the issuer can be told what is known already. */
  readonly longestWait: number
  /** Asks once. Throws where no good answer came. */
  ask(seconds: number): Promise<Pick<Asked, 'retryAfter'>>
  /** Applies what was kept of an earlier process; false where that is not of this kind. */
  load(text: string): Promise<boolean>
  /** When the issuer made the newest answer, in seconds since 1970; null before the first one. */
  readonly version: number | null
}

/** What both readers work on. */
export interface FeedReaderOptions extends FeedSettings {
  readonly entries: RevokedEntries
  /** Null where nothing is kept. */
  readonly keep: ((text: string) => Promise<void>) | null
  /** Called whenever something arrives. */
  readonly onProgress: () => void
}
