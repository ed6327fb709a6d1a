/** Counts by key in fixed windows, together with the other processes: in Redis or in the database. */
import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { AuthLogger } from '../log.js'
import { authSchema, countTable } from '../store/tables.js'
import { createAttempts } from './attempts.js'
import type { Limit } from './limits.js'

export interface Verdict {
  readonly allowed: boolean
  /** Seconds until the window is over; null where that is not the matter. */
  readonly retryAfter: number | null
}

export interface Limiter {
  /** Counts one, or so many, and says whether that was still within the limit. */
  consume(key: string, limit: Limit, count?: number): Promise<Verdict>
  /** Takes back one that was counted. */
  refund(key: string, limit: Limit): Promise<void>
  /** Forgets what was counted for a key. */
  clear(key: string, limit: Limit): Promise<void>
}

type Store = RateLimiterPostgres | RateLimiterRedis

export interface LimiterOptions {
  readonly pool: Pool
  /** Counts there instead of in the database. */
  readonly redis: Redis | null
  readonly log: AuthLogger
}

/** Milliseconds for which a store that failed is left alone: whoever counts several things would wait for each. */
const REST_TIME = 5_000

/** Counts in Redis where there is one, else in the database; while it is away, in the memory of this process. */
export function createLimiter({ pool, redis, log }: LimiterOptions): Limiter {
  const memory = createAttempts()
  const stores = new Map<string, Store>()
  let isAway = false
  let restsUntil = 0

  function open({ window, max }: Limit): Store {
    const name = `${max}/${window}`
    const present = stores.get(name)
    if (present) return present
    const options = { keyPrefix: name, points: max, duration: window }
    const store = redis
      ? new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true })
      : new RateLimiterPostgres({
          ...options,
          // Without the names of prepared statements, which a pooler between transactions loses.
          storeClient: { query: ({ text, values }: Query) => pool.query(text, [...values]) },
          storeType: 'client',
          schemaName: authSchema,
          tableName: countTable,
          tableCreated: true,
          // One of them is enough for all.
          clearExpiredByTimeout: stores.size === 0,
        })
    stores.set(name, store)
    return store
  }

  /** Falls back to `otherwise` while the store is away, which is said once. */
  async function ask<T>(question: () => Promise<T>, otherwise: () => T): Promise<T> {
    if (performance.now() < restsUntil) return otherwise()
    try {
      const answer = await question()
      if (isAway) log.log('warn', 'Limits are counted together with other processes again')
      isAway = false
      return answer
    } catch (error) {
      if (!isAway) log.log('error', 'Limits are counted in this process alone for now', error)
      isAway = true
      restsUntil = performance.now() + REST_TIME
      return otherwise()
    }
  }

  return {
    consume: (key, limit, count = 1) =>
      ask(
        () => consume(open(limit), digest(key), count),
        () => memory.consume(key, limit, count),
      ),
    refund: (key, limit) =>
      ask(
        async () => void (await open(limit).reward(digest(key))),
        () => memory.refund(key),
      ),
    clear: (key, limit) =>
      ask(
        async () => void (await open(limit).delete(digest(key))),
        () => memory.clear(key),
      ),
  }
}

async function consume(store: Store, key: string, count: number): Promise<Verdict> {
  try {
    await store.consume(key, count)
    return { allowed: true, retryAfter: null }
  } catch (error) {
    // It throws its verdict; everything else is a failure.
    if (!(error instanceof RateLimiterRes)) throw error
    return { allowed: false, retryAfter: Math.ceil(error.msBeforeNext / 1000) }
  }
}

/** Keys hold e-mail addresses, and texts of strangers of any length. */
function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

interface Query {
  readonly text: string
  readonly values: readonly unknown[]
}
