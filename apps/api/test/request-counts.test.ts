/** Counting requests: in one process, and by several that share Redis or a database. */
import pino from 'pino'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { findRedis, startRedis } from '../../../scripts/test/redis.js'
import { createRequestCounts, type SharedCounts } from '../src/http/request-counts.js'
import { countInPostgres, countInRedis } from '../src/http/shared-counts.js'
import { createTestDatabase } from './_database.js'

const redisProgram = findRedis()
if (!redisProgram)
  console.log('Not tested: counting in Redis, because redis-server is not installed.')

describe('in one process', () => {
  it('so many requests a minute are allowed, then none, and in the next minute as many again', () => {
    const { take, advance } = start()
    expect(take('ada')).toEqual({ isAllowed: true, remaining: 99, reset: 60 })
    for (let request = 0; request < 99; request += 1) take('ada')
    advance(15_000)
    expect(take('ada')).toEqual({ isAllowed: false, remaining: 0, reset: 45 })
    expect(take('bob')).toMatchObject({ isAllowed: true })
    advance(45_000)
    expect(take('ada')).toMatchObject({ isAllowed: true, remaining: 99 })
  })

  it('a multitude of callers takes no more memory than the first hundred thousand', () => {
    const { take } = start()
    for (let caller = 0; caller < 100_000; caller += 1) take(`address ${caller}`)
    for (let request = 0; request < 200; request += 1) {
      expect(take('address of one more').isAllowed).toBe(true)
    }
    expect(take('address 5')).toMatchObject({ remaining: 98 })
  })

  it('goes on by itself while the others cannot be reached, says so once, and says when they can be', async () => {
    let isAway = true
    const lines: Record<string, unknown>[] = []
    const counts = createRequestCounts({
      limit: 100,
      log: pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }),
      shared: {
        add: async (_, requests) => {
          if (isAway) throw new Error('away')
          return requests
        },
        close: async () => {},
      },
    })
    onTestFinished(() => counts.close())
    for (let request = 0; request < 50; request += 1) counts.take('ada')
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1)
    expect(lines[0]).toMatchObject({ msg: 'requests are counted by each process alone' })
    isAway = false
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(2)
    expect(lines[1]).toMatchObject({ msg: 'requests are counted together again' })
  })
})

describe('in several processes', () => {
  it.each(inject('databases'))(
    'that share the database $name, each knows of the others',
    async ({ url }) => {
      const db = await createTestDatabase(url)
      await expectOneCount(() => countInPostgres(db.owner))
      await db.close()
    },
  )

  it.skipIf(!redisProgram)('that share Redis, each knows of the others', async () => {
    const redis = await startRedis(redisProgram ?? '')
    onTestFinished(async () => {
      await redis.stop()
    })
    await expectOneCount(() => countInRedis(redis.url))
  })
})

describe('ten processes', () => {
  const limit = 600
  it.each(inject('databases'))(
    'that share the database $name allow a tenth more than one, however requests are spread',
    async ({ url }) => {
      const db = await createTestDatabase(url)
      // In the next minute they know how many they are.
      const processes = Array.from({ length: 10 }, () =>
        start(countInPostgres(db.owner), 60_000, limit),
      )
      for (const { counts } of processes) await counts.synchronise()
      for (const { counts, advance } of processes) {
        advance(60_000)
        await counts.synchronise()
      }
      let allowed = 0
      for (let round = 0; round < 90; round += 1) {
        for (const { take } of processes) if (take('mallory').isAllowed) allowed += 1
        for (const { counts } of processes) {
          // The first may be a round that began before.
          await counts.synchronise()
          await counts.synchronise()
        }
      }
      expect(allowed).toBeGreaterThanOrEqual(limit)
      expect(allowed).toBeLessThanOrEqual(limit * 1.1)
      await db.close()
    },
  )

  it('hear of a caller as soon as one of them has let through more than its share', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const told: number[] = []
    const counts = createRequestCounts({
      limit: 100,
      log: pino({ level: 'silent' }),
      shared: {
        add: async (key, requests) => {
          if (!key.endsWith(':processes')) told.push(requests)
          return requests
        },
        close: async () => undefined,
      },
    })
    for (let request = 0; request < 9; request += 1) counts.take('ada')
    await vi.advanceTimersByTimeAsync(100)
    expect(told).toEqual([])
    counts.take('ada')
    await vi.advanceTimersByTimeAsync(100)
    expect(told).toEqual([10])
    await counts.close()
  })
})

async function expectOneCount(share: () => SharedCounts): Promise<void> {
  const caller = `ada ${crypto.randomUUID()}`
  // A minute of its own, because a store may remember the last run.
  const minute = Math.floor(Math.random() * 1e7) * 60_000
  const [first, second] = [start(share(), minute), start(share(), minute)]
  for (let request = 0; request < 60; request += 1) first.take(caller)
  // The connection may take a moment, and until then a round fails.
  await expect
    .poll(() => Promise.all([first.counts.synchronise(), second.counts.synchronise()]))
    .toBeDefined()
  const before = second.take(caller)
  expect(before.remaining).toBe(99)
  for (let request = 0; request < 9; request += 1) second.take(caller)
  await second.counts.synchronise()
  expect(second.take(caller).remaining).toBeLessThan(30)
  for (let request = 0; request < 30; request += 1) second.take(caller)
  expect(second.take(caller)).toMatchObject({ isAllowed: false, remaining: 0 })
}

function start(shared: SharedCounts | null = null, minute = 60_000, limit = 100) {
  let now = minute
  const counts = createRequestCounts({
    limit,
    log: pino({ level: 'silent' }),
    shared,
    now: () => now,
  })
  onTestFinished(() => counts.close())
  return {
    counts,
    take: counts.take,
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  }
}
