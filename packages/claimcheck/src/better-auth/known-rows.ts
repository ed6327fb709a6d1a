/**
 * The rows of the table `revocation` that this process knows: all of them are read once, then those that are new, with
 * an overlap; what is older is counted where rows can only be added, and all of it is compared bit by bit. No cursor is
 * trusted: a row that commits late is found.
 */
import type { AuthContext, Where } from 'better-auth'
import { CELL_MILLISECONDS, PERSON_ENTRY_BYTES, SESSION_ENTRY_BYTES } from '../contract.js'
import { EVERY_ROW } from './revocation-log.js'
import type { RevocationRow } from './schema.js'
import {
  type Cell,
  createSpanTree,
  DIGEST_BYTES,
  joinForLong,
  type SpanTree,
  toLongestSpan,
} from './span-tree.js'

/** What this process knows. It changes with every look. */
export interface KnownRows {
  readonly sids: SpanTree
  readonly subs: SpanTree
  /** The latest brake, in seconds since 1970; 0 where there is none. */
  notBefore(): number
  /** When the database was asked last, in milliseconds since 1970. */
  readonly checkedAt: number
  /** Knows what the database held at most `age` milliseconds ago. Callers at the same time share one query. */
  read(age: number): Promise<void>
}

export interface KnownRowsOptions {
  readonly context: AuthContext
  /** How long an ended session is listed, and a deleted person, in milliseconds. */
  readonly retention: number
  readonly purgeTime: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type Part = Pick<RevocationRow, 'kind' | 'entry' | 'createdAt' | 'until' | 'notBefore'>

/**
 * How far each look goes back beyond the one before, in milliseconds. Nearly every row commits at once, on a clock that
 * is right; the longer overlap, once a second, finds those that took as long as a request that revokes may take, on a
 * clock that is off. Rows of that age are never deleted, so where their number is known, they are; only spans with
 * another number are read again, down to so many cells.
 */
const OVERLAP = 1_000
export const LONG_OVERLAP = 8_000
const LONG_EVERY = 1_000
const LEAST_CELLS = 4
/** Up to so many rows are read whole with each look; of more, so many are compared each second. */
const WHOLE = 500
const COMPARED = 1_000
/** How many rows one query brings, where all are read. */
const PAGE = 20_000

export function createKnownRows(options: KnownRowsOptions): KnownRows {
  const { context, retention, purgeTime, now } = options
  const { adapter } = context
  const sids = createSpanTree({ entryBytes: SESSION_ENTRY_BYTES, retention })
  const subs = createSpanTree({ entryBytes: PERSON_ENTRY_BYTES, retention: purgeTime })
  const brakes = new Map<number, number>()
  /** How many rows the cells had that may still be counted. */
  const counts = new Map<number, number>()
  let checkedAt = Number.NEGATIVE_INFINITY
  let longCheckedAt = Number.NEGATIVE_INFINITY
  let compared = 0
  let reading: Promise<void> | null = null

  async function look(): Promise<void> {
    const at = now()
    const known = sids.size + subs.size
    const isLong = at - longCheckedAt >= LONG_EVERY
    const isWhole = known <= WHOLE || checkedAt < 0
    const since = isWhole ? 0 : toCell(checkedAt - OVERLAP)
    await readPages(since, at)
    if (isLong && !isWhole) {
      await readChanged(toCell(longCheckedAt - LONG_OVERLAP), since, at)
      await compareNext(at)
    }
    checkedAt = at
    if (isLong) longCheckedAt = at
  }

  /** Reads what has another number of rows than is known, in halves. */
  async function readChanged(from: number, to: number, at: number): Promise<void> {
    if (to <= from || (await countRows(from, to)) === sumCounts(from, to)) return
    const middle = from + Math.ceil((to - from) / 2)
    if (to - from <= LEAST_CELLS) return apply(from, to, await readRows(from, to, null), at)
    await readChanged(from, middle, at)
    await readChanged(middle, to, at)
  }

  function sumCounts(from: number, to: number): number {
    let sum = 0
    for (let cell = from; cell < to; cell += 1) sum += counts.get(cell) ?? 0
    return sum
  }

  /** Everything from a cell on, page by page, each one put in its place when it is there. */
  async function readPages(first: number, at: number): Promise<void> {
    let from = first
    for (let limit = PAGE; ; ) {
      const rows = await readRows(from, null, limit)
      const last = rows.length < limit ? Number.POSITIVE_INFINITY : toCell(lastTime(rows))
      // A cell that fills a page by itself needs a larger one.
      if (last === from) limit *= 2
      else apply(from, last, rows, at)
      if (last === Number.POSITIVE_INFINITY) return
      from = last
    }
  }

  async function compareNext(at: number): Promise<void> {
    const from = compared
    const recent = toCell(at - LONG_OVERLAP)
    const to = Math.min(recent, sids.skip(from, COMPARED), subs.skip(from, COMPARED))
    if (to > from) {
      const rows = await readRows(from, to, null)
      apply(from, to, rows, at)
    }
    compared = to >= recent ? 0 : to
  }

  function countRows(from: number, to: number): Promise<number> {
    return adapter.count({ model: 'revocation', where: toWhere(from, to) })
  }

  async function readRows(from: number, to: number | null, limit: number | null): Promise<Part[]> {
    const rows = await adapter.findMany<Part>({
      model: 'revocation',
      where: toWhere(from, to),
      select: ['kind', 'entry', 'createdAt', 'until', 'notBefore'],
      limit: limit ?? EVERY_ROW,
      ...(limit !== null && { sortBy: { field: 'createdAt', direction: 'asc' as const } }),
    })
    return rows.map(toPart)
  }

  function apply(from: number, to: number, rows: readonly Part[], at: number): void {
    const found = rows.filter(({ createdAt }) => toCell(createdAt.getTime()) < to)
    remember(from, to, found, at)
    const isKept = (row: Part, span: number) => row.until.getTime() > at - span
    const keptOf = (kind: string, span: number) =>
      found.filter((row) => row.kind === kind && isKept(row, span))
    sids.replace(from, to, toCells(keptOf('sid', toLongestSpan(retention))))
    subs.replace(from, to, toCells(keptOf('sub', toLongestSpan(purgeTime))))
    for (const { notBefore, until } of keptOf('all', 0)) {
      brakes.set(Math.floor((notBefore?.getTime() ?? 0) / 1_000), until.getTime())
    }
    for (const [second, until] of brakes) if (until <= at) brakes.delete(second)
  }

  /** Only of cells that may still be counted. */
  function remember(from: number, to: number, rows: readonly Part[], at: number): void {
    const oldest = toCell(at - 2 * LONG_OVERLAP)
    for (const cell of counts.keys()) {
      if (cell < oldest || (cell >= from && cell < to)) counts.delete(cell)
    }
    for (const { createdAt } of rows) {
      const cell = toCell(createdAt.getTime())
      if (cell >= oldest) counts.set(cell, (counts.get(cell) ?? 0) + 1)
    }
  }

  return {
    sids,
    subs,
    notBefore: () => Math.max(0, ...brakes.keys()),
    get checkedAt() {
      return checkedAt
    },
    async read(age) {
      if (now() - checkedAt <= age) return
      reading ??= look().finally(() => {
        reading = null
      })
      return reading
    },
  }
}

function toWhere(from: number, to: number | null): Where[] {
  const toDate = (cell: number) => new Date(cell * CELL_MILLISECONDS)
  const where: Where[] = [{ field: 'createdAt', operator: 'gte', value: toDate(from) }]
  if (to !== null) where.push({ field: 'createdAt', operator: 'lt', value: toDate(to) })
  return where
}

function toCell(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / CELL_MILLISECONDS))
}

function lastTime(rows: readonly Part[]): number {
  return rows.at(-1)?.createdAt.getTime() ?? 0
}

function toCells(rows: readonly Part[]): Map<number, Cell> {
  const cells = new Map<number, { entries: Set<string>; until: number }>()
  for (const { entry, createdAt, until } of rows) {
    const index = toCell(createdAt.getTime())
    const cell = cells.get(index) ?? { entries: new Set(), until: 0 }
    cell.entries.add(entry)
    cell.until = Math.max(cell.until, until.getTime())
    cells.set(index, cell)
  }
  return new Map(
    [...cells].map(([index, { entries, until }]) => [index, toSortedCell(entries, until)]),
  )
}

/** Sorted as bytes, so that every process puts them in the same order. */
function toSortedCell(entries: ReadonlySet<string>, until: number): Cell {
  const digests = [...entries].map((entry) => Buffer.from(entry, 'base64url'))
  const whole = digests.filter(({ length }) => length === DIGEST_BYTES)
  return { entries: joinForLong(whole.sort(Buffer.compare)), until }
}

/** Some databases give times as text. */
function toPart(row: Part): Part {
  const { kind, entry, notBefore } = row
  return {
    kind,
    entry,
    createdAt: new Date(row.createdAt),
    until: new Date(row.until),
    notBefore: notBefore ? new Date(notBefore) : null,
  }
}
