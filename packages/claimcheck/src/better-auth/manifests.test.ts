import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CELL_MILLISECONDS, type ListedSegment } from '../contract.js'
import { createManifests, type Manifest } from './manifests.js'
import { createSpanTree, type SpanTree } from './span-tree.js'

const DAY = 86_400_000
/** Bytes of the largest segment that is merged. */
const LARGEST = 2 ** 19 * 16

/** Has something in every span that could be listed at a time, so that none is left out. */
function fill(tree: SpanTree, retention: number, at: number): void {
  for (let span = CELL_MILLISECONDS; span <= retention; span *= 2) {
    for (let back = 0; back <= 8; back += 1) put(tree, at - back * span, retention)
  }
  for (let back = 0; back < retention; back += retention / 64) put(tree, at - back, retention)
}

function put(tree: SpanTree, time: number, retention: number): void {
  const index = Math.floor(time / CELL_MILLISECONDS)
  const cell = { entries: randomBytes(32), until: time + retention }
  tree.replace(index, index + 1, new Map([[index, cell]]))
}

/** Characters of the JWS. */
function toLength({ etag: _, sids, subs, ...claims }: Manifest): number {
  const widen = (listed: readonly ListedSegment[]) =>
    listed.map(([name, __, gap, length]) => [name, LARGEST, gap, length])
  const header = { alg: 'EdDSA', kid: 'k'.repeat(32), typ: 'revocation-manifest+jwt' }
  const times = { iat: 1_800_000_000, exp: 1_800_000_060 }
  const common = { iss: 'https://www.example.com', aud: 'claimcheck:revocations' }
  const payload = { ...common, ...times, ...claims, sids: widen(sids), subs: widen(subs) }
  return [JSON.stringify(header), JSON.stringify(payload), randomBytes(64)]
    .map((part) => Buffer.from(part).toString('base64url').length)
    .reduce((sum, length) => sum + length + 1, -1)
}

describe('the manifest', () => {
  it.each([
    ['15 minutes', 990_000],
    ['24 hours', DAY + 90_000],
  ])('has at most 4 kB where tokens live for %s, however much ends', (_, retention) => {
    const lengths = Array.from({ length: 40 }, (__, round) => {
      // A step that is no multiple of any span, so that each round cuts them elsewhere.
      const at = 1_800_000_000_000 + round * 100_003_001
      const sids = createSpanTree({ entryBytes: 16, retention })
      const subs = createSpanTree({ entryBytes: 32, retention: 30 * DAY })
      fill(sids, retention, at)
      fill(subs, 30 * DAY, at)
      const notBefore = () => 1_800_000_000
      const rows = { sids, subs, notBefore, checkedAt: at, read: async () => {} }
      return toLength(createManifests(rows, retention / 1_000).read(at))
    })
    expect(Math.max(...lengths)).toBeLessThanOrEqual(4_096)
    expect(Math.max(...lengths), 'the spans are there').toBeGreaterThan(2_500)
  })
})
