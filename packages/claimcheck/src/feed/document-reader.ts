/** Asks for the old document: one text that says everything. */
import {
  LONGEST_WAIT_SECONDS,
  REVOCATIONS_LIFETIME_SECONDS,
  type RevocationDocument,
} from '../contract.js'
import { requestDocument } from '../documents/document-request.js'
import type { FeedReader, FeedReaderOptions } from './feed-reader.js'
import { readRevocationDocument } from './revocation-document.js'

/** How long a request may take beyond the time it is held, in milliseconds; and the largest answer, in bytes. */
export const TIMEOUT = 10_000
const LARGEST_BODY = 4 * 1024 * 1024

export function createDocumentReader(options: FeedReaderOptions): FeedReader {
  const { url, fetch, now, signal, entries } = options
  let newest: RevocationDocument | null = null
  let etag: string | null = null

  return {
    get longestWait() {
      return etag === null ? 0 : LONGEST_WAIT_SECONDS
    },
    async ask(seconds) {
      const target = new URL(url)
      if (seconds > 0) target.searchParams.set('wait', String(seconds))
      const answer = await requestDocument(target, {
        fetch,
        accept: 'application/jwt',
        etag: seconds > 0 ? etag : null,
        timeout: seconds * 1_000 + TIMEOUT,
        largestBody: LARGEST_BODY,
        signal,
        onProgress: options.onProgress,
      })
      const text = answer.body ?? ''
      const document = await readRevocationDocument(text, options, now())
      assertYoung(document, now())
      const isNewest = entries.add(document, now())
      etag = answer.etag
      if (isNewest) {
        const isChanged = newest === null || !isSame(newest, document)
        newest = document
        options.onFresh()
        if (isChanged) void options.keep?.(text)
      }
      return answer
    },
    /** A stored document proves that its entries were revoked, whatever its age; freshness it cannot prove. */
    async load(text) {
      entries.add(await readRevocationDocument(text, options, now()), now())
      return true
    },
    get version() {
      return newest?.iat ?? null
    },
  }
}

/** A replayed answer ages out; until then it can add nothing wrong. */
export function assertYoung({ iat }: { readonly iat: number }, now: number): void {
  if (now / 1_000 - iat > REVOCATIONS_LIFETIME_SECONDS) throw new Error('It is too old')
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
