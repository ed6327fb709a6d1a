/** The manifest of what is revoked now, and the bytes of every segment that a manifest has lately named. */
import { createHash } from 'node:crypto'
import type { ListedSegment, RevocationManifest } from '../contract.js'
import type { KnownRows } from './known-rows.js'
import type { Segment } from './span-tree.js'

/** What a manifest says, but for its times. */
export interface Manifest
  extends Pick<RevocationManifest, 'notBefore' | 'retention' | 'sids' | 'subs'> {
  /** A digest of all that, and the cells of it, in short, quoted (RFC 9110 §8.8.3). */
  readonly etag: string
}

export interface Manifests {
  /** @param at when the rows were read, in milliseconds since 1970 */
  read(at: number): Manifest
  /**
   * Cells of the manifest of a time that whoever sends these tags does not have yet, in base64url: the newest, as
   * far as they are not too much. Tags tell what they named whichever process made them.
   */
  listNews(at: number, tags: Iterable<string>): string[]
  /** The bytes of a segment that was named in the last minute. */
  find(name: string): Buffer | null
}

/** How long a segment is served after the last manifest that named it, in milliseconds. */
const SERVED_FOR = 60_000
/** Characters of each cell's name in a tag. */
const MARK_LENGTH = 6
/** How much is sent behind a manifest, in characters. */
const MOST_NEWS = 128 * 1024

/** @param retention what followers keep entries for, in seconds */
export function createManifests(rows: KnownRows, retention: number): Manifests {
  const served = new Map<string, { readonly bytes: Buffer; namedAt: number }>()
  const texts = new WeakMap<Segment, string>()
  let latest: { readonly at: number; readonly manifest: Manifest } | null = null
  /** Oldest first. */
  let cells: readonly Segment[] = []

  function name(segments: readonly Segment[], at: number): ListedSegment[] {
    let end = 0
    return segments.map(({ name: digest, bytes, start, length }) => {
      // Taken out and put in again, so that the oldest stand first.
      served.delete(digest)
      served.set(digest, { bytes, namedAt: at })
      const gap = start - end
      end = start + length
      return [digest, bytes.length, gap, length] as const
    })
  }

  function toText(segment: Segment): string {
    const text = texts.get(segment) ?? segment.bytes.toString('base64url')
    texts.set(segment, text)
    return text
  }

  function forget(at: number): void {
    for (const [digest, { namedAt }] of served) {
      if (at - namedAt <= SERVED_FOR) return
      served.delete(digest)
    }
  }

  return {
    read,
    listNews(at, tags) {
      read(at)
      const known = new Set([...tags].flatMap(readMarks))
      const news: string[] = []
      let size = 0
      for (const cell of cells.filter((one) => !known.has(toMark(one))).reverse()) {
        const text = toText(cell)
        size += text.length
        if (size > MOST_NEWS) break
        news.push(text)
      }
      return news
    },
    find: (digest) => served.get(digest)?.bytes ?? null,
  }

  function read(at: number): Manifest {
    if (latest?.at === at) return latest.manifest
    const sids = rows.sids.list(at)
    const subs = rows.subs.list(at)
    const claims = {
      notBefore: rows.notBefore(),
      retention,
      sids: name(sids, at),
      subs: name(subs, at),
    }
    forget(at)
    cells = [...subs, ...sids].filter(({ length }) => length === 1)
    const digest = createHash('sha256').update(JSON.stringify(claims)).digest('base64url')
    latest = { at, manifest: { ...claims, etag: `"${digest}.${cells.map(toMark).join('')}"` } }
    return latest.manifest
  }
}

function toMark({ name }: Segment): string {
  return name.slice(0, MARK_LENGTH)
}

function readMarks(tag: string): string[] {
  const [, marks = ''] = tag.replaceAll('"', '').split('.')
  return marks.match(/.{6}/g) ?? []
}
