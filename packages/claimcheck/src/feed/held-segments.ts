/**
 * The segments of one kind that the newest manifest lists, as far as they are here. Where spans were merged, the parts
 * are put together and named again, so that only what is new is fetched.
 */
import { toSegmentName } from '../contract.js'

/** A segment that a manifest lists: its size in bytes, its first cell, and how many it covers. */
export interface NamedSegment {
  readonly name: string
  readonly size: number
  readonly start: number
  readonly length: number
}

export interface HeldSegments {
  /** Finds or puts together what a manifest lists; null for each segment that has to be fetched. */
  match(listed: readonly NamedSegment[]): Promise<(HeldSegment | null)[]>
  /** Takes the segments of the newest manifest in the place of those before. */
  hold(segments: readonly HeldSegment[]): void
  readonly segments: readonly HeldSegment[]
}

export interface HeldSegment {
  readonly listed: NamedSegment
  readonly bytes: Uint8Array
  /** When its entries were added, in milliseconds since 1970: the earliest, where it was put together. */
  readonly addedAt: number
}

export function createHeldSegments(): HeldSegments {
  let segments: readonly HeldSegment[] = []

  async function find(wanted: NamedSegment): Promise<HeldSegment | null> {
    const { name, size, start, length } = wanted
    const known = segments.find(({ listed }) => listed.name === name)
    if (known) return { ...known, listed: wanted }
    const parts = segments.filter(
      ({ listed }) => listed.start >= start && listed.start < start + length,
    )
    if (parts.length === 0 || sum(parts) !== size) return null
    const bytes = concatenate(parts, size)
    if ((await toSegmentName(bytes)) !== name) return null
    return { listed: wanted, bytes, addedAt: Math.min(...parts.map(({ addedAt }) => addedAt)) }
  }

  return {
    match: (listed) => Promise.all(listed.map(find)),
    hold(next) {
      segments = next
    },
    get segments() {
      return segments
    },
  }
}

function sum(parts: readonly HeldSegment[]): number {
  return parts.reduce((size, { bytes }) => size + bytes.length, 0)
}

function concatenate(parts: readonly HeldSegment[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let at = 0
  for (const { bytes } of parts) {
    whole.set(bytes, at)
    at += bytes.length
  }
  return whole
}
