/** What callers may ask for, as the environment says. */
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Env } from '../env.js'
import { createAddressReader } from './client-address.js'
import { createLoad, type Load } from './load.js'
import type { RateLimitOptions } from './rate-limit.js'
import { createRequestCounts } from './request-counts.js'
import { countInPostgres, countInRedis } from './shared-counts.js'

export interface LimitsOptions {
  env: Pick<Env, 'rateLimit' | 'redisUrl' | 'trustedProxies'>
  /** The pool that may write to the table of counts. */
  owner: pg.Pool
  log: Logger
}

export interface Limits extends RateLimitOptions {
  readonly load: Load
  close(): Promise<void>
}

/** Starts counting, and measuring the load. */
export function startLimits({ env, owner, log }: LimitsOptions): Limits {
  const { rateLimit, redisUrl, trustedProxies } = env
  const shared = redisUrl === undefined ? countInPostgres(owner) : countInRedis(redisUrl)
  const counts = createRequestCounts({ limit: rateLimit, log, shared })
  const load = createLoad()
  return {
    counts,
    load,
    readAddress: createAddressReader({
      trustedProxies,
      onUnnamedProxy: (address) =>
        log.warn(
          { address },
          `requests come through a proxy that is not trusted, so none is limited by its address. If it is yours, set TRUSTED_PROXIES=${address}`,
        ),
    }),
    close: async () => {
      load.close()
      await counts.close()
    },
  }
}
