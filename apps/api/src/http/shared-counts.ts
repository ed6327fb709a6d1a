/** Where several processes add up their requests: Redis where there is one, else the database. */
import { Redis } from 'ioredis'
import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import type { SharedCounts } from './request-counts.js'

/** Seconds until a count is forgotten; it is of use for the minute it belongs to. */
const DURATION = 120

/** Nothing is refused here: each process compares the sum with the limit by itself. */
const POINTS = Number.MAX_SAFE_INTEGER

/** Adds up in Redis. Without a connection every call fails at once. */
export function countInRedis(url: string): SharedCounts {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 2000,
    lazyConnect: false,
  })
  // The next call says so as well, and is the one that is logged.
  client.on('error', () => {})
  const limiter = new RateLimiterRedis({
    storeClient: client,
    keyPrefix: 'claimcheck-api',
    points: POINTS,
    duration: DURATION,
  })
  return toSharedCounts(limiter, async () => client.disconnect())
}

/** Adds up in a table that the migrations made. */
export function countInPostgres(pool: pg.Pool): SharedCounts {
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    schemaName: 'claimcheck_tasks',
    tableName: 'request_counts',
    tableCreated: true,
    keyPrefix: '',
    points: POINTS,
    duration: DURATION,
  })
  return toSharedCounts(limiter, async () => {})
}

function toSharedCounts(
  limiter: { penalty(key: string, points: number): Promise<RateLimiterRes> },
  close: () => Promise<void>,
): SharedCounts {
  return {
    add: async (key, requests) => (await limiter.penalty(key, requests)).consumedPoints,
    close,
  }
}
