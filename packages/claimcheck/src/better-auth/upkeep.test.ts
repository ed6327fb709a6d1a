import type { AuthContext, Where } from 'better-auth'
import { describe, expect, it, vi } from 'vitest'
import { createKnownRows } from './known-rows.js'
import { createRevocationLog, type NewRow, toNotBefore } from './revocation-log.js'
import { createUpkeep } from './upkeep.js'

const RETENTION = 990_000
const PURGE_TIME = 30 * 86_400_000

/** A table of revocations with a driven clock, as an adapter shows it. */
function createScene(mostSessions: number) {
  let time = 1_800_000_000_000
  let table: NewRow[] = []
  const isMatch = (row: NewRow, where: readonly Where[]) =>
    where.every(({ field, operator = 'eq', value }) => {
      const [one, other] = [row[field as keyof NewRow], value].map((side) => side?.valueOf() ?? 0)
      if (operator === 'lt') return Number(one) < Number(other)
      return operator === 'gte' ? Number(one) >= Number(other) : one === other
    })
  const context = {
    logger: { warn: vi.fn(), error: vi.fn() },
    adapter: {
      create: async ({ data }: { data: NewRow }) => void table.push(data),
      findMany: async ({ where, limit }: { where: Where[]; limit: number }) =>
        table
          .filter((row) => isMatch(row, where))
          .toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
          .slice(0, limit),
      deleteMany: async ({ where }: { where: Where[] }) => {
        table = table.filter((row) => !isMatch(row, where))
      },
    },
    // Only what is asked of it is here; the rest of a context would be noise.
  } as unknown as AuthContext
  const now = () => time
  const times = { retention: RETENTION, purgeTime: PURGE_TIME }
  const log = createRevocationLog({ issuer: 'https://issuer.test', ...times, now })
  const rows = createKnownRows({ context, ...times, now })
  const upkeep = createUpkeep({ context, rows, log, ...times, mostSessions })
  return {
    context,
    rows,
    now,
    add(age: number, name: string, kind: 'sid' | 'sub' = 'sid') {
      const createdAt = new Date(time - age)
      const lasts = kind === 'sid' ? RETENTION : PURGE_TIME
      const entry = Buffer.from(name.padEnd(32)).toString('base64url')
      table.push({ kind, entry, createdAt, until: new Date(createdAt.getTime() + lasts) })
    },
    list: () =>
      table.map(({ kind, entry }) => kind + Buffer.from(entry, 'base64url').toString().trim()),
    pass(milliseconds: number) {
      time += milliseconds
    },
    async look() {
      await rows.read(0)
      upkeep(time)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('more sessions than a feed can carry', () => {
  it('become one brake, and those that it covers go', async () => {
    const { add, look, list, pass, rows, now, context } = createScene(3)
    for (const [index, age] of [600_000, 60_000, 20_000, 100, 50].entries()) add(age, `s${index}`)
    const braked = now()
    await look()
    expect(rows.sids.size, 'not before the brake is in the manifest').toBe(5)
    pass(250)
    await look()
    expect(rows.notBefore()).toBe(toNotBefore(braked))
    expect(list().filter((name) => name.startsWith('sid'))).toEqual(['sids3', 'sids4'])
    expect(rows.sids.size).toBe(2)
    expect(context.logger.warn).toHaveBeenCalledOnce()
  })

  it('stay where they ended in the seconds of the brake: their tokens may be stamped with it', async () => {
    const { add, look, list, pass } = createScene(3)
    for (let index = 0; index < 4; index += 1) add(30_000, `old${index}`)
    await look()
    add(-200, 'just after')
    add(5_000, 'on a clock behind')
    pass(1_000)
    await look()
    expect(list().filter((name) => name.startsWith('sid'))).toEqual([
      'sidjust after',
      'sidon a clock behind',
    ])
  })

  it('are no reason for a second brake while the first one covers them', async () => {
    const { add, look, pass, rows } = createScene(3)
    for (let index = 0; index < 4; index += 1) add(30_000, `old${index}`)
    await look()
    pass(250)
    await look()
    const first = rows.notBefore()
    expect(first).toBeGreaterThan(0)
    for (let index = 0; index < 4; index += 1) add(40_000, `late${index}`)
    pass(2_000)
    await look()
    expect(rows.notBefore()).toBe(first)
    expect(rows.sids.size).toBe(0)
  })
})

describe('rows that have run out', () => {
  it('go once no span may hold them any more, and people stay for thirty days', async () => {
    const { add, look, list, pass } = createScene(100)
    add(0, 'session')
    add(0, 'person', 'sub')
    await look()
    pass(RETENTION + 300_000)
    await look()
    expect(list()).toEqual(['sidsession', 'subperson'])
    pass(600_001)
    await look()
    expect(list()).toEqual(['subperson'])
    pass(PURGE_TIME + 7 * 86_400_000)
    await look()
    expect(list()).toEqual([])
  })
})
