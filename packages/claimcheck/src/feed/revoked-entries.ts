/** What is known to be revoked: grows with every answer of the issuer, and shrinks only by time. */
import { base64url } from 'jose'
import {
  LONGEST_LIFETIME_SECONDS,
  PERSON_ENTRY_BYTES,
  type RevocationDocument,
} from '../contract.js'
import { createEntryTable, type EntryKey, toEntryKey } from './entry-table.js'

/**
 * How long an entry is kept after the last document that named it, in milliseconds: the longest lifetime of any
 * token that could be accepted, plus 90 s. So an old document, or one that came out of order, takes nothing back.
 */
const RETENTION = (LONGEST_LIFETIME_SECONDS + 90) * 1_000

/** How long the largest retention that an issuer has named counts, in milliseconds. */
const RETENTION_MEMORY = 24 * 3_600_000

/** How often people are looked through for those past their retention, in milliseconds. */
const SWEEP_INTERVAL = 60_000

/** How a token would be named by the issuer's feed. Worked out once per token. */
export interface RevocationMarks {
  readonly sid: EntryKey | null
  readonly sub: string
  /** Seconds since 1970. */
  readonly issuedAt: number
}

export interface RevokedEntries {
  /**
   * Adds what a document names; never takes anything away that is still within its retention. Tells whether the
   * document is at least as new as any before: an older one proves nothing about now.
   */
  add(document: RevocationDocument, at: number): boolean
  /** Adds what a manifest itself says, once its segments are there. Tells the same. */
  addManifest(manifest: ManifestTerms, at: number): boolean
  addSegment(kind: 'sids' | 'subs', bytes: Uint8Array, at: number): void
  /** How long an entry is kept that is added at a time, in milliseconds. */
  retention(at: number): number
  /** Two look-ups at the most. */
  has(marks: RevocationMarks): boolean
  /** The deleted people, as documents name them. */
  readonly subjects: readonly string[]
  readonly size: number
}

/** Times in seconds; `iat` and `notBefore` since 1970. */
export interface ManifestTerms {
  readonly iat: number
  readonly notBefore: number
  readonly retention: number
}

export function createRevokedEntries(): RevokedEntries {
  const sids = createEntryTable()
  const subs = new Map<string, number>()
  let notBefore = 0
  let newest = Number.NEGATIVE_INFINITY
  let sweptAt = Number.NEGATIVE_INFINITY
  /** Retentions that were named, each with the last time; an older and smaller one says nothing more. */
  let named: { readonly retention: number; readonly at: number }[] = []

  function readRetention(at: number): number {
    const lately = named.filter((term) => at - term.at <= RETENTION_MEMORY)
    return lately.length === 0 ? RETENTION : Math.max(...lately.map(({ retention }) => retention))
  }

  function isNewest(iat: number): boolean {
    if (iat < newest) return false
    newest = iat
    return true
  }

  return {
    add(document, at) {
      for (const entry of document.sids) sids.put(toEntryKey(entry), at)
      for (const entry of document.subs) subs.set(entry, at)
      // A document does not say how long its issuer's tokens live.
      keep(RETENTION, at)
      notBefore = Math.max(notBefore, document.notBefore)
      sweep(at)
      return isNewest(document.iat)
    },
    addManifest(manifest, at) {
      keep(toKeepingTime(manifest.retention * 1_000), at)
      notBefore = Math.max(notBefore, manifest.notBefore)
      sweep(at)
      return isNewest(manifest.iat)
    },
    addSegment(kind, bytes, at) {
      if (kind === 'sids') return sids.add(bytes, at)
      for (let from = 0; from < bytes.length; from += PERSON_ENTRY_BYTES) {
        subs.set(base64url.encode(bytes.subarray(from, from + PERSON_ENTRY_BYTES)), at)
      }
    },
    retention: readRetention,
    has({ sid, sub, issuedAt }) {
      return issuedAt < notBefore || (sid !== null && sids.has(sid)) || subs.has(sub)
    },
    get subjects() {
      return [...subs.keys()]
    },
    get size() {
      return sids.size + subs.size
    },
  }

  function keep(retention: number, at: number): void {
    named = named.filter((term) => term.retention > retention && at - term.at <= RETENTION_MEMORY)
    named.push({ retention, at })
  }

  function sweep(at: number): void {
    const before = at - readRetention(at)
    sids.forget(before, at)
    if (at - sweptAt < SWEEP_INTERVAL) return
    sweptAt = at
    for (const [entry, seen] of subs) if (seen < before) subs.delete(entry)
  }
}

/** An entry may be listed for a third longer than it has to be: as long as the span lasts that it is part of. */
function toKeepingTime(retention: number): number {
  return Math.ceil((retention * 4) / 3) + 60_000
}
