/** Counting while the store is away. */
import type { Pool } from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import { createLogger } from '../log.js'
import { createLimiter } from './limiter.js'

const limit = { window: 60, max: 2 }

afterEach(() => void vi.useRealTimers())

it('asks a store that failed once, counts here meanwhile, and asks again later', async () => {
  vi.useFakeTimers()
  let asked = 0
  const query = () => {
    asked += 1
    return Promise.reject(new Error('Query read timeout'))
  }
  // Only its queries are used.
  const pool = { query } as unknown as Pool
  const limiter = createLimiter({ pool, redis: null, log: createLogger('silent') })
  const verdicts = []
  for (const key of ['a', 'a', 'a', 'b']) verdicts.push(await limiter.consume(key, limit))
  expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, false, true])
  expect(asked).toBe(1)
  await vi.advanceTimersByTimeAsync(6_000)
  await limiter.consume('b', limit)
  expect(asked).toBe(2)
})
