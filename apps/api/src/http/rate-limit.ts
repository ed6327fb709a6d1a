/** So many requests a minute, and no more: of each person by their token, of whoever has none by their address. */
import type { Identity } from 'claimcheck'
import { ApiError } from '../errors.js'
import type { ReadClientAddress } from './client-address.js'
import type { Exchange } from './exchange.js'
import type { Allowance, RequestCounts } from './request-counts.js'

export interface RateLimitOptions {
  counts: RequestCounts
  readAddress: ReadClientAddress
}

export interface RateLimits {
  /** Counts a request that no person stands behind. @throws ApiError `rate_limited` */
  takeStranger(exchange: Exchange): void
  /** Counts a request of the person whose token it came with. @throws ApiError `rate_limited` */
  takePerson(exchange: Exchange, identity: Identity): void
}

export function createRateLimits({ counts, readAddress }: RateLimitOptions): RateLimits {
  const policy = `"minute";q=${counts.limit};w=60`

  /** Fields of draft-ietf-httpapi-ratelimit-headers-10. */
  function tell({ headers }: Exchange, { remaining, reset }: Allowance): void {
    headers['RateLimit-Policy'] = policy
    headers.RateLimit = `"minute";r=${remaining};t=${reset}`
  }

  return {
    takeStranger(exchange) {
      const { incoming } = exchange
      const address = incoming === undefined ? null : readAddress(incoming)
      if (address === null) return
      const allowance = counts.take(`address ${address}`)
      refuseBeyond(allowance)
      tell(exchange, allowance)
    },
    takePerson(exchange, { subject }) {
      const allowance = counts.take(`subject ${subject}`)
      tell(exchange, allowance)
      refuseBeyond(allowance)
    },
  }
}

function refuseBeyond({ isAllowed, reset }: Allowance): void {
  if (!isAllowed) throw new ApiError('rate_limited', { retryAfter: reset })
}
