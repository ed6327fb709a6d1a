/** The manifest of what is revoked now, and the bytes of every segment that a manifest has lately named. */
import { createHash } from 'node:crypto'
import type { ListedSegment, RevocationManifest } from '../contract.js'
import type { KnownRows } from './known-rows.js'
import type { Segment } from './span-tree.js'

/** What a manifest says, but for its times. */
export interface Manifest
  extends Pick<RevocationManifest, 'notBefore' | 'retention' | 'sids' | 'subs'> {
  /** A digest of all that, quoted (RFC 9110 §8.8.3). */
  readonly etag: string
}

export interface Manifests {
  /** @param at when the rows were read, in milliseconds since 1970 */
  read(at: number): Manifest
  /** The bytes of a segment that was named in the last minute. */
  find(name: string): Buffer | null
}

/** How long a segment is served after the last manifest that named it, in milliseconds. */
const servedFor = 60_000

/** @param retention what followers keep entries for, in seconds */
export function createManifests(rows: KnownRows, retention: number): Manifests {
  const served = new Map<string, { readonly bytes: Buffer; namedAt: number }>()
  let latest: { readonly at: number; readonly manifest: Manifest } | null = null

  function name(segments: readonly Segment[], at: number): ListedSegment[] {
    return segments.map(({ name: digest, bytes, start, length }) => {
      // Taken out and put in again, so that the oldest stand first.
      served.delete(digest)
      served.set(digest, { bytes, namedAt: at })
      return [digest, bytes.length, start, length] as const
    })
  }

  function forget(at: number): void {
    for (const [digest, { namedAt }] of served) {
      if (at - namedAt <= servedFor) return
      served.delete(digest)
    }
  }

  return {
    read(at) {
      if (latest?.at === at) return latest.manifest
      const claims = {
        notBefore: rows.notBefore(),
        retention,
        sids: name(rows.sids.list(at), at),
        subs: name(rows.subs.list(at), at),
      }
      forget(at)
      const digest = createHash('sha256').update(JSON.stringify(claims)).digest('base64url')
      latest = { at, manifest: { ...claims, etag: `"${digest}"` } }
      return latest.manifest
    },
    find: (digest) => served.get(digest)?.bytes ?? null,
  }
}
