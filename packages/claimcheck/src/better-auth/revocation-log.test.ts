import { describe, expect, it } from 'vitest'
import { type Adapter, createRevocationLog, type NewRow, toNotBefore } from './revocation-log.js'

const issuer = 'https://issuer.test'

/** A database whose clock stands still but while it writes: the first rows take as long as given. */
function createScene(writing: readonly number[]) {
  let time = 1_800_000_000_000
  const rows: NewRow[] = []
  const left = [...writing]
  // Only what is asked of it is here; the rest of an adapter would be noise.
  const adapter = {
    findMany: async ({ model }: { model: string }) =>
      model === 'session' ? [{ id: 's', expiresAt: new Date(time + 60_000) }] : rows,
    async create({ data }: { data: NewRow }) {
      rows.push(data)
      time += left.shift() ?? 0
    },
  } as unknown as Adapter
  const log = createRevocationLog({ issuer, retention: 990_000, purgeTime: 1e9, now: () => time })
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { adapter, log, rows, pass }
}

describe('the log of revocations', () => {
  it('writes once what is there in time for others to find', async () => {
    const { adapter, log, rows } = createScene([2_400])
    await log.endSessions(adapter, [])
    expect(rows).toHaveLength(1)
  })

  it('writes again what took so long that the others may have looked past it', async () => {
    const { adapter, log, rows } = createScene([2_600])
    await log.endSessions(adapter, [])
    expect(rows.map(({ createdAt }) => createdAt.getTime() % 1e9)).toEqual([0, 2_600])
    expect(new Set(rows.map(({ entry }) => entry)).size).toBe(1)
  })

  it('says 503 where every attempt takes too long', async () => {
    const { adapter, log } = createScene([3_000, 3_000, 3_000, 3_000])
    await expect(log.endSessions(adapter, [])).rejects.toMatchObject({ statusCode: 503 })
  })

  it('writes again what a slow transaction wrote, once that has committed', async () => {
    const { adapter, log, rows, pass } = createScene([])
    await log.endSessions(adapter, [])
    pass(2_400)
    await log.confirm(adapter, [...rows])
    expect(rows).toHaveLength(1)
    pass(200)
    await log.confirm(adapter, [...rows])
    expect(rows).toHaveLength(2)
    expect((rows[1]?.createdAt.getTime() ?? 0) - (rows[0]?.createdAt.getTime() ?? 0)).toBe(2_600)
  })

  it('relies on a row of a moment ago, and on no older one', async () => {
    const { adapter, log, rows } = createScene([])
    const asked: unknown[] = []
    const { findMany } = adapter
    adapter.findMany = async (request) => {
      asked.push(request.where)
      return findMany(request)
    }
    await log.endSessions(adapter, [])
    await log.endSessions(adapter, [])
    expect(rows).toHaveLength(1)
    const value = new Date(1_800_000_000_000 - 2_500)
    expect(asked).toContainEqual(
      expect.arrayContaining([{ field: 'createdAt', operator: 'gt', value }]),
    )
  })

  it('puts a brake on the next whole second, and five more for clocks that differ', () => {
    expect(toNotBefore(1_000_000)).toBe(1_006)
    expect(toNotBefore(1_000_999)).toBe(1_006)
    expect(toNotBefore(1_001_000)).toBe(1_007)
  })
})
