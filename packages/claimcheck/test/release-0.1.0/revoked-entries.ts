/** What is known to be revoked: grows with every document, and shrinks only by time. */
import { LONGEST_LIFETIME_SECONDS, type RevocationDocument } from './contract.js'

/**
 * How long an entry is kept after the last document that named it, in milliseconds: the longest lifetime of any
 * token that could be accepted, plus 90 s. So an old document, or one that came out of order, takes nothing back.
 */
const RETENTION = (LONGEST_LIFETIME_SECONDS + 90) * 1_000

/** How often entries are looked through for those past their retention, in milliseconds. */
const SWEEP_INTERVAL = 60_000

/** How a token would be named in a revocation document. Worked out once per token. */
export interface RevocationMarks {
  readonly sid: string | null
  readonly sub: string
  /** Seconds since 1970. */
  readonly issuedAt: number
}

interface RevokedEntries {
  /**
   * Adds what a document names; never takes anything away that is still within its retention. Tells whether the
   * document is at least as new as any before: an older one proves nothing about now.
   */
  add(document: RevocationDocument, at: number): boolean
  /** Two look-ups at the most. */
  has(marks: RevocationMarks): boolean
  /** The deleted people, as documents name them. */
  readonly subjects: readonly string[]
  readonly size: number
}

export function createRevokedEntries(): RevokedEntries {
  const sids = new Map<string, number>()
  const subs = new Map<string, number>()
  let notBefore = 0
  let newest = Number.NEGATIVE_INFINITY
  let sweptAt = Number.NEGATIVE_INFINITY

  return {
    add(document, at) {
      for (const entry of document.sids) sids.set(entry, at)
      for (const entry of document.subs) subs.set(entry, at)
      notBefore = Math.max(notBefore, document.notBefore)
      sweep(at)
      const isNewest = document.iat >= newest
      if (isNewest) newest = document.iat
      return isNewest
    },
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

  function sweep(at: number): void {
    if (at - sweptAt < SWEEP_INTERVAL) return
    sweptAt = at
    for (const lastSeen of [sids, subs]) {
      for (const [entry, seen] of lastSeen) {
        if (at - seen > RETENTION) lastSeen.delete(entry)
      }
    }
  }
}
