/** What the old document says: all of it in one text, as far as it holds. */
import { createHash } from 'node:crypto'
import { CELL_MILLISECONDS } from '../contract.js'
import { type KnownRows, LONG_OVERLAP } from './known-rows.js'
import { toNotBefore } from './revocation-log.js'
import { type Cell, DIGEST_BYTES, type SpanTree } from './span-tree.js'

/** Everything the document says, at one time. */
export interface Snapshot {
  readonly sids: readonly string[]
  readonly subs: readonly string[]
  /** Seconds since 1970. */
  readonly notBefore: number
  /** A digest of the entries, quoted (RFC 9110 §8.8.3). */
  readonly etag: string
}

/** The newest sessions that a document names, and people. */
const MOST_SESSIONS = 20_000
const MOST_PEOPLE = 20_000

/** Makes the snapshot of a time; the same one again as long as it would say the same. */
export function createSnapshots(rows: KnownRows, retention: number): (at: number) => Snapshot {
  let latest: { snapshot: Snapshot; version: string; ends: number } | null = null

  return (at) => {
    const version = [rows.sids.revision, rows.subs.revision, rows.notBefore()].join()
    if (latest?.version === version && at < latest.ends) return latest.snapshot
    const sessions = pick(rows.sids, at, MOST_SESSIONS, () => false)
    const isUnspent = (index: number) => index * CELL_MILLISECONDS + retention > at
    const people = pick(rows.subs, at, MOST_PEOPLE, isUnspent)
    const sids = sessions.entries.sort()
    const subs = people.entries.sort()
    const notBefore = coverOmitted(rows.notBefore(), sessions.omitted)
    const digest = createHash('sha256').update(JSON.stringify([sids, subs, notBefore]))
    const snapshot = { sids, subs, notBefore, etag: `"${digest.digest('base64url')}"` }
    latest = { snapshot, version, ends: Math.min(sessions.ends, people.ends) }
    return snapshot
  }
}

/**
 * The brake that covers the sessions a document leaves out, by the newest of them. It is computed for whoever reads the
 * document alone, and never stored. Tokens that were issued under a stored brake are stamped with its time, so where a
 * session may have ended under it, the brake has to be one second later than it.
 */
function coverOmitted(stored: number, newestOmitted: number | null): number {
  if (newestOmitted === null) return stored
  const needed = toNotBefore(newestOmitted * CELL_MILLISECONDS)
  return needed + LONG_OVERLAP / 1_000 >= stored ? Math.max(needed, stored + 1) : stored
}

/** The newest cells up to a number of entries, and of the others those that are needed all the same. */
function pick(tree: SpanTree, at: number, most: number, isNeeded: (index: number) => boolean) {
  const entries: string[] = []
  let omitted: number | null = null
  let ends = Number.POSITIVE_INFINITY
  for (const [index, cell] of tree.newestFirst()) {
    if (cell.until <= at) continue
    const hasRoom = omitted === null && entries.length + cell.entries.length / DIGEST_BYTES <= most
    if (hasRoom || isNeeded(index)) {
      readEntries(cell, entries)
      ends = Math.min(ends, cell.until)
    } else omitted ??= index
  }
  return { entries: [...new Set(entries)], omitted, ends }
}

function readEntries({ entries }: Cell, into: string[]): void {
  for (let from = 0; from < entries.length; from += DIGEST_BYTES) {
    into.push(entries.toString('base64url', from, from + DIGEST_BYTES))
  }
}
