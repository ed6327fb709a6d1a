import type { AuthContext, Where } from 'better-auth'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKnownRows } from './known-rows.js'

const RETENTION = 990_000
const LOOK = 250
const START = 1_800_000_000_000

interface Row {
  readonly entry: string
  readonly createdAt: Date
  readonly committedAt: number
}

/** A table that shows a row once it is committed, and counts the rows that were read of it. */
function createTable() {
  const rows: Row[] = []
  let clock = START
  let read = 0

  const adapter = {
    async findMany({ where, limit, sortBy }: { where: Where[]; limit: number; sortBy?: object }) {
      const found = find(where).slice()
      if (sortBy) found.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
      read += Math.min(found.length, limit)
      return found.slice(0, limit).map((row) => ({
        ...row,
        kind: 'sid',
        until: new Date(row.createdAt.getTime() + RETENTION),
        notBefore: null,
      }))
    },
    count: async ({ where }: { where: Where[] }) => find(where).length,
  }
  // All that is called of a context here.
  const context = { adapter } as unknown as AuthContext
  const known = createKnownRows({
    context,
    retention: RETENTION,
    purgeTime: RETENTION,
    now: () => clock,
  })

  return {
    known,
    get now() {
      return clock
    },
    get rowsRead() {
      return read
    },
    add(name: number, createdAt: number, committedAt = createdAt): void {
      const entry = Buffer.alloc(32)
      entry.writeUInt32BE(name)
      rows.push({ entry: entry.toString('base64url'), createdAt: new Date(createdAt), committedAt })
    },
    fill(count: number): void {
      for (let row = 0; row < count; row += 1) {
        this.add(1_000_000 + row, START - 20_000 - (row / count) * 800_000)
      }
    },
    remove(index: number): void {
      rows.splice(index, 1)
    },
    async look(milliseconds = LOOK): Promise<void> {
      clock += milliseconds
      await known.read(0)
    },
  }

  function find(where: readonly Where[]): Row[] {
    return rows.filter(
      ({ createdAt, committedAt }) =>
        committedAt <= clock &&
        where.every(({ operator, value }) => {
          // Every condition is one on the time of the row.
          const at = (value as Date).getTime()
          return operator === 'gte' ? createdAt.getTime() >= at : createdAt.getTime() < at
        }),
    )
  }
}

describe('the rows that a process knows', () => {
  it('are all there within two seconds of their commit, however late it is and whatever clock it has', async () => {
    const writes = fc.array(
      fc.record({
        after: fc.nat(8_000),
        skew: fc.integer({ min: -5_000, max: 5_000 }),
        takes: fc.constantFrom(0, 0, 30, 900, 2_400),
      }),
      { minLength: 1, maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(writes, async (written) => {
        const table = createTable()
        table.fill(520)
        await table.look()
        const began = table.now
        const commits = written.map(({ after, skew, takes }, name) => {
          table.add(name, began + after + skew, began + after + takes)
          return began + after + takes
        })
        while (table.now < Math.max(...commits) + 1_500) {
          await table.look()
          const due = commits.filter((at) => at <= table.now - 1_500).length
          expect(table.known.sids.size).toBeGreaterThanOrEqual(520 + due)
        }
        expect(table.known.sids.size).toBe(520 + written.length)
      }),
      { numRuns: 40 },
    )
  })

  it('keep no more memory than their bytes, where a small Buffer would keep a whole pool of Node', async () => {
    const table = createTable()
    for (let look = 0; look < 20; look += 1) {
      table.add(look, table.now)
      await table.look()
    }
    const cells = [...table.known.sids.newestFirst()].map(([, { entries }]) => entries)
    const segments = table.known.sids.list(table.now).map(({ bytes }) => bytes)
    const kept = [...cells, ...segments]
    expect(kept.length).toBeGreaterThan(cells.length)
    expect(kept.map(({ buffer }) => buffer.byteLength)).toEqual(kept.map(({ length }) => length))
  })

  it('are read as seldom where fifty thousand are listed as where five thousand are', async () => {
    const counts: number[] = []
    for (const listed of [5_000, 50_000]) {
      const table = createTable()
      table.fill(listed)
      await table.look()
      const before = table.rowsRead
      for (let look = 0; look < 80; look += 1) {
        for (let row = 0; row < 10; row += 1) table.add(look * 10 + row, table.now)
        await table.look()
      }
      counts.push(table.rowsRead - before)
      expect(table.known.sids.size).toBe(listed + 800)
    }
    const [few = 0, many = 0] = counts
    expect(many / few).toBeLessThan(1.1)
  })

  it('are compared as well: a late row whose place another one has left is found', async () => {
    const table = createTable()
    table.fill(2_000)
    table.add(1, START - 4_000)
    await table.look()
    table.remove(2_000)
    table.add(2, START - 4_100)
    for (let look = 0; look < 120; look += 1) await table.look()
    const late = Buffer.alloc(4)
    late.writeUInt32BE(2)
    const entries = [...table.known.sids.newestFirst()].map(([, cell]) => cell.entries)
    expect(Buffer.concat(entries).includes(late)).toBe(true)
  })

  it('are all there also after an hour in which nobody asked', async () => {
    const table = createTable()
    table.fill(600)
    await table.look()
    for (let second = 0; second < 3_600; second += 100) {
      table.add(second, table.now + second * 1_000)
    }
    await table.look(3_600_000)
    const since = table.now - RETENTION
    const listed = table.known.sids
      .list(table.now)
      .reduce((sum, { bytes }) => sum + bytes.length, 0)
    const alive = Array.from({ length: 36 }, (_, at) => START + LOOK + at * 100_000)
    // A merged span is listed until the last of it ends.
    expect(listed / 16).toBeGreaterThanOrEqual(alive.filter((at) => at > since).length)
  })
})
