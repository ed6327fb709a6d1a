/** Sessions and counts in Redis, where there is one: read there first, kept in the database as well. */
import type { BetterAuthOptions } from 'better-auth'
import { APIError } from 'better-auth/api'
import { Redis } from 'ioredis'
import type { AuthLogger } from '../log.js'

type SecondaryStorage = NonNullable<BetterAuthOptions['secondaryStorage']>

/** Milliseconds after which Redis counts as away. */
const PATIENCE = 1_000
const prefix = 'claimcheck-web:'

/** Connects in the background, again and again; nothing waits for it longer than a second. */
export function openRedis(url: string, log: AuthLogger): Redis {
  const redis = new Redis(url, {
    keyPrefix: prefix,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
  })
  let isAway = false
  redis.on('error', (error: unknown) => {
    if (!isAway)
      log.log('error', 'Redis cannot be reached, sessions are read from the database', error)
    isAway = true
  })
  redis.on('ready', () => {
    if (isAway) log.log('warn', 'Redis can be reached again')
    isAway = false
  })
  return redis
}

/**
 * What Better Auth's `secondaryStorage` option takes. While Redis is away sessions are read from the
 * database. What ends is another matter: as long as Redis may still hold it, it has not ended, so
 * that fails.
 */
export function toSecondaryStorage(redis: Redis): SecondaryStorage {
  return {
    get: (key) => redis.get(key).catch(() => null),
    async set(key, value, ttl) {
      const written = ttl ? redis.set(key, value, 'EX', Math.ceil(ttl)) : redis.set(key, value)
      await written.catch(() => undefined)
    },
    async delete(key) {
      await redis.del(key).catch(fail)
    },
    getAndDelete: (key) => redis.getdel(key).catch(fail),
    async increment(key, ttl) {
      const count = await redis.incr(key).catch(fail)
      if (count === 1) await redis.expire(key, ttl).catch(fail)
      return count
    },
  }
}

function fail(cause: unknown): never {
  const body = { message: 'Redis cannot be reached', code: 'SESSION_STORE_UNAVAILABLE' }
  throw Object.assign(new APIError('SERVICE_UNAVAILABLE', body, { 'retry-after': '2' }), { cause })
}
