/**
 * The feed on a driven clock, for sizes that one machine cannot hold: what the issuer lists, names and sends with a
 * manifest, and what a follower puts together, are the library's own parts; network and clock are made up.
 */
import { randomBytes } from 'node:crypto'
import { createManifests, type Manifest } from '../../src/better-auth/manifests.js'
import { createSpanTree } from '../../src/better-auth/span-tree.js'
import { CELL_MILLISECONDS } from '../../src/contract.js'
import { createHeldSegments, type NamedSegment } from '../../src/feed/held-segments.js'

export interface FeedSize {
  /** Sign-outs a second, and how many sessions are listed before. */
  readonly rate: number
  readonly listed: number
  readonly seconds: number
}

export interface FeedOutcome {
  /** Of one follower, for each second: what arrives, headers included, and how often it asks and fetches. */
  readonly bytes: number
  readonly asked: number
  readonly fetched: number
  /** Milliseconds until it knew, of all that ended, in order. */
  readonly waits: readonly number[]
}

/** Milliseconds between two looks of the issuer, two commits, and between an answer and the next request. */
const LOOK = 250
const COMMIT = 50
const SPACING = 200
/** How long a follower lets a request be held, and what a look and an answer take; in milliseconds. */
const HOLD = 800
const WAY = 30
/** Bytes of the headers of an answer, and what of a JWS is not its payload. */
const HEADERS = 260
const AROUND = 190
const RETENTION = 990_000
const SPAN = 14 * 60_000
const DIGEST = 32

export async function simulateFeed({ rate, listed, seconds }: FeedSize): Promise<FeedOutcome> {
  const began = 1_800_000_000_000
  const sids = createSpanTree({ entryBytes: 16, retention: RETENTION })
  const subs = createSpanTree({ entryBytes: DIGEST, retention: RETENTION })
  const cells = new Map<number, Buffer[]>()
  const rows = { sids, subs, notBefore: () => 0, checkedAt: began, read: async () => {} }
  const manifests = createManifests(rows, RETENTION / 1_000)
  const held = createHeldSegments()
  const waits: number[] = []
  let waiting: number[] = []
  let known = ''
  let asked = 0
  let fetched = 0
  let bytes = 0
  let due = 0
  /** When the next request goes out, and since when it is held. */
  let askAt = began
  let heldSince: number | null = null

  commit(listed, (at) => began - SPAN + (at / listed) * SPAN)
  look(began, [...cells.keys()])
  // Knowing what is listed is not part of it.
  hold(manifests.read(began))
  known = manifests.read(began).etag

  for (let at = began + COMMIT; at <= began + seconds * 1_000; at += COMMIT) {
    due += (rate * COMMIT) / 1_000
    commit(Math.floor(due), () => at)
    waiting.push(...Array.from({ length: Math.floor(due) }, () => at))
    due -= Math.floor(due)
    if (at % LOOK === 0) look(at, recent(at))
    if (at >= askAt) heldSince ??= at
    const manifest = manifests.read(Math.floor(at / LOOK) * LOOK)
    if (heldSince === null || (manifest.etag === known && at - heldSince < HOLD)) continue
    await receive(manifest, at)
  }
  waits.sort((one, other) => one - other)
  return { bytes: bytes / seconds, asked: asked / seconds, fetched: fetched / seconds, waits }

  function commit(count: number, toTime: (at: number) => number): void {
    for (let at = 0; at < count; at += 1) {
      const index = Math.floor(toTime(at) / CELL_MILLISECONDS)
      const cell = cells.get(index) ?? []
      cell.push(randomBytes(DIGEST))
      cells.set(index, cell)
    }
  }

  function recent(at: number): number[] {
    const last = Math.floor(at / CELL_MILLISECONDS)
    return [last - 2, last - 1, last].filter((index) => cells.has(index))
  }

  function look(at: number, indexes: readonly number[]): void {
    for (const index of indexes) {
      const entries = Buffer.concat((cells.get(index) ?? []).sort(Buffer.compare))
      const until = index * CELL_MILLISECONDS + RETENTION
      sids.replace(index, index + 1, new Map([[index, { entries, until }]]))
    }
    rows.checkedAt = at
    manifests.read(at)
  }

  async function receive(manifest: Manifest, at: number): Promise<void> {
    const lookedAt = Math.floor(at / LOOK) * LOOK
    const news = manifests.listNews(lookedAt, [known])
    const { etag, ...claims } = manifest
    asked += 1
    bytes += HEADERS + AROUND + Math.ceil((JSON.stringify(claims).length * 4) / 3)
    bytes += news.reduce((sum, line) => sum + line.length + 1, 0)
    const sent = new Set(news.map((line) => Buffer.from(line, 'base64url').toString('hex')))
    const missing = await findMissing(manifest)
    for (const { name, size } of missing) {
      if (sent.has(manifests.find(name)?.toString('hex') ?? '')) continue
      fetched += 1
      bytes += HEADERS + size
    }
    hold(manifest)
    known = etag
    heldSince = null
    const arrivedAt = at + WAY
    askAt = arrivedAt + SPACING
    waits.push(...waiting.filter((time) => time <= lookedAt).map((time) => arrivedAt - time))
    waiting = waiting.filter((time) => time > lookedAt)
  }

  async function findMissing(manifest: Manifest): Promise<NamedSegment[]> {
    const named = toNamed(manifest)
    const found = await held.match(named)
    return named.filter((_, index) => found[index] === null)
  }

  function hold(manifest: Manifest): void {
    held.hold(
      toNamed(manifest).map((segment) => ({
        listed: segment,
        bytes: new Uint8Array(manifests.find(segment.name) ?? []),
        addedAt: 0,
      })),
    )
  }
}

function toNamed({ sids }: Manifest): NamedSegment[] {
  let end = 0
  return sids.map(([name, size, gap, length]) => {
    const start = end + gap
    end = start + length
    return { name, size, start, length }
  })
}
