/** So many requests a minute, and no more: of each person by their token, of whoever has none by their address. */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { ApiError } from '../errors.js'
import type { ReadClientAddress } from './client-address.js'
import type { ApiEnv } from './context.js'
import type { Allowance, RequestCounts } from './request-counts.js'

export interface RateLimitOptions {
  counts: RequestCounts
  readAddress: ReadClientAddress
}

export interface RateLimits {
  /** Counts a request that no person stands behind. @throws ApiError `rate_limited` */
  takeStranger(c: Context<ApiEnv>): void
  /** Counts a request of the person whose token it came with. @throws ApiError `rate_limited` */
  takePerson(c: Context<ApiEnv>): void
}

export function createRateLimits({ counts, readAddress }: RateLimitOptions): RateLimits {
  const policy = `"minute";q=${counts.limit};w=60`

  /** Fields of draft-ietf-httpapi-ratelimit-headers-10. */
  function tell(c: Context<ApiEnv>, { remaining, reset }: Allowance): void {
    const headers = c.get('headers')
    headers['RateLimit-Policy'] = policy
    headers.RateLimit = `"minute";r=${remaining};t=${reset}`
  }

  return {
    takeStranger(c) {
      // Without a port, as in a test, there is no address.
      const { incoming }: { incoming?: IncomingMessage } = c.env ?? {}
      const address = incoming === undefined ? null : readAddress(incoming)
      if (address === null) return
      const allowance = counts.take(`address ${address}`)
      refuseBeyond(allowance)
      tell(c, allowance)
    },
    takePerson(c) {
      const allowance = counts.take(`subject ${c.get('identity').subject}`)
      tell(c, allowance)
      refuseBeyond(allowance)
    },
  }
}

function refuseBeyond({ isAllowed, reset }: Allowance): void {
  if (!isAllowed) throw new ApiError('rate_limited', { retryAfter: reset })
}
