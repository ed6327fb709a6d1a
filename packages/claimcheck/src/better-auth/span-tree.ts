/**
 * The entries of one kind, by the time of their rows: the smallest spans are cells of 250 ms. Four of them merge
 * into one as they age, and from then on two neighbours: so a manifest never has many to list. Where rows are the
 * same, every process cuts and names the same segments.
 */
import { createHash } from 'node:crypto'
import { CELL_MILLISECONDS, SEGMENT_NAME_LENGTH } from '../contract.js'

/** What is known of one cell: whole digests of 32 bytes, sorted and without doubles, and when the last of them ends. */
export interface Cell {
  readonly entries: Buffer
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Entries whose name is the digest of their bytes. */
export interface Segment {
  readonly name: string
  readonly bytes: Buffer
  /** The cells that it covers: the first, and how many. */
  readonly start: number
  readonly length: number
}

export interface SpanTree {
  /** Puts what was read in the place of what is known of the cells from `from` up to `to`, without it. */
  replace(from: number, to: number, found: ReadonlyMap<number, Cell>): void
  /** The segments that count at a time, oldest first. Forgets what ended long before. */
  list(at: number): Segment[]
  /** Cells from the newest back. */
  newestFirst(): Iterable<readonly [index: number, cell: Cell]>
  /** The first cell after those that hold the next `entries` entries, counted from a cell on. */
  skip(from: number, entries: number): number
  readonly size: number
  /** Counts every change. */
  readonly revision: number
}

interface Node {
  count: number
  until: number
  segment: Segment | null
}

export const DIGEST_BYTES = 32
/** Cells of a span of the first level; each further level is twice as long. */
const FIRST_SPAN = 4
/** A span is merged when its end is so old, in milliseconds: most of its rows have been seen by then. */
const MERGE_AFTER = 1_000
/** Spans of more entries than this are left in parts, so that no row that comes late costs more than 8 MB. */
const MOST_ENTRIES = 2 ** 19

export interface SpanTreeOptions {
  /** How much of each digest goes into a segment, in bytes. */
  readonly entryBytes: number
  /** How long entries are listed, in milliseconds: the longest span is at most a third of it. */
  readonly retention: number
}

/** The longest span there is where entries are listed for so long; both in milliseconds. */
export function toLongestSpan(retention: number): number {
  return CELL_MILLISECONDS * toLength(toTopLevel(retention))
}

function toTopLevel(retention: number): number {
  const longest = retention / 3 / CELL_MILLISECONDS
  return longest < FIRST_SPAN ? 0 : 1 + Math.floor(Math.log2(longest / FIRST_SPAN))
}

/** How many cells a span of a level covers. */
function toLength(level: number): number {
  return level === 0 ? 1 : FIRST_SPAN * 2 ** (level - 1)
}

/** How many spans of the level below it covers. */
function toBranches(level: number): number {
  return level === 1 ? FIRST_SPAN : 2
}

export function createSpanTree({ entryBytes, retention }: SpanTreeOptions): SpanTree {
  const top = toTopLevel(retention)
  const cells = new Map<number, Cell>()
  /** The numbers of all cells, in order. */
  const order: number[] = []
  const levels = Array.from({ length: top + 1 }, () => new Map<number, Node>())
  let size = 0
  let revision = 0

  function replace(from: number, to: number, found: ReadonlyMap<number, Cell>): void {
    const first = findIndex(order, from)
    const last = findIndex(order, to)
    const present = order.slice(first, last)
    const next = [...found.keys()].sort((one, other) => one - other)
    for (const index of present) if (!found.has(index)) change(index, null)
    for (const index of next) change(index, found.get(index) ?? null)
    if (next.length !== present.length || next.some((index, at) => index !== present[at])) {
      order.splice(first, last - first, ...next)
    }
  }

  function change(index: number, cell: Cell | null): void {
    const known = cells.get(index)
    if (known && cell && known.until >= cell.until && known.entries.equals(cell.entries)) return
    const grown = toCount(cell) - toCount(known ?? null)
    if (cell) cells.set(index, cell)
    else cells.delete(index)
    size += grown
    revision += 1
    for (let level = 0, place = index; level <= top; level += 1) {
      const nodes = levels[level]
      const node = nodes?.get(place) ?? { count: 0, until: 0, segment: null }
      node.count += grown
      node.until = Math.max(node.until, cell?.until ?? 0)
      node.segment = null
      if (node.count > 0) nodes?.set(place, node)
      else nodes?.delete(place)
      place = Math.floor(place / toBranches(level + 1))
    }
  }

  function list(at: number): Segment[] {
    const listed: Segment[] = []
    const roots = [...(levels[top]?.keys() ?? [])].sort((one, other) => one - other)
    for (const root of roots) visit(top, root, at, listed)
    return listed
  }

  function visit(level: number, place: number, at: number, listed: Segment[]): void {
    const node = levels[level]?.get(place)
    if (!node || node.until <= at) {
      if (node && node.until <= at - toLongestSpan(retention)) forget(level, place)
      return
    }
    const length = toLength(level)
    const end = (place + 1) * length * CELL_MILLISECONDS
    if (level === 0 || (end + MERGE_AFTER <= at && node.count <= MOST_ENTRIES)) {
      node.segment ??= toSegment(gather(level, place), place * length, length)
      listed.push(node.segment)
      return
    }
    const branches = toBranches(level)
    for (let branch = 0; branch < branches; branch += 1) {
      visit(level - 1, place * branches + branch, at, listed)
    }
  }

  /** The parts of a span in the order of time. What was merged is not kept a second time. */
  function gather(level: number, place: number): Buffer[] {
    const node = levels[level]?.get(place)
    if (!node) return []
    if (node.segment) {
      const { bytes } = node.segment
      node.segment = null
      return [bytes]
    }
    if (level === 0) return [shorten(cells.get(place), entryBytes)]
    const branches = toBranches(level)
    return Array.from({ length: branches }, (_, branch) =>
      gather(level - 1, place * branches + branch),
    ).flat()
  }

  function forget(level: number, place: number): void {
    const length = toLength(level)
    replace(place * length, (place + 1) * length, new Map())
  }

  return {
    replace,
    list,
    *newestFirst() {
      for (let at = order.length - 1; at >= 0; at -= 1) {
        const index = order[at] ?? 0
        const cell = cells.get(index)
        if (cell) yield [index, cell]
      }
    },
    skip(from, entries) {
      let left = entries
      for (let at = findIndex(order, from); at < order.length; at += 1) {
        if (left <= 0) return order[at] ?? 0
        left -= toCount(cells.get(order[at] ?? 0) ?? null)
      }
      return Number.POSITIVE_INFINITY
    },
    get size() {
      return size
    },
    get revision() {
      return revision
    },
  }
}

/** In memory of its own: a small Buffer comes from Node's pool, of which it would keep 8 kB for as long as it lives. */
export function joinForLong(parts: readonly Buffer[]): Buffer {
  const joined = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of parts) end += part.copy(joined, end)
  return joined
}

function toSegment(parts: readonly Buffer[], start: number, length: number): Segment {
  const bytes = joinForLong(parts)
  const digest = createHash('sha256').update(bytes).digest('base64url')
  const name = digest.slice(0, SEGMENT_NAME_LENGTH)
  return { name, bytes, start, length }
}

function shorten(cell: Cell | undefined, entryBytes: number): Buffer {
  if (!cell || entryBytes === DIGEST_BYTES) return cell?.entries ?? Buffer.alloc(0)
  const count = toCount(cell)
  const short = Buffer.allocUnsafeSlow(count * entryBytes)
  for (let entry = 0; entry < count; entry += 1) {
    const from = entry * DIGEST_BYTES
    cell.entries.copy(short, entry * entryBytes, from, from + entryBytes)
  }
  return short
}

function toCount(cell: Cell | null): number {
  return (cell?.entries.length ?? 0) / DIGEST_BYTES
}

/** Where a number stands, or would stand, in a list that is in order. */
function findIndex(order: readonly number[], wanted: number): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((order[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
