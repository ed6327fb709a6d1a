/** So many requests a minute, and no more: of each person by their token, of whoever has none by their address. */
import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { ApiError } from '../errors.js'
import { setHeader } from './answer.js'
import type { ReadClientAddress } from './client-address.js'
import type { ApiEnv } from './context.js'
import { probes } from './health.js'
import type { Allowance, RequestCounts } from './request-counts.js'

export interface RateLimitOptions {
  counts: RequestCounts
  readAddress: ReadClientAddress
}

/**
 * Counts requests that no person stands behind: those without a token or with a bad one, and of public paths. Probes
 * are never counted, and a 503 is not the caller's doing.
 */
export function limitStrangers({
  counts,
  readAddress,
}: RateLimitOptions): MiddlewareHandler<ApiEnv> {
  return async function limitStrangersMiddleware(c, next) {
    if (probes.has(c.req.path)) return next()
    const isPrivate = c.req.path.startsWith('/api/')
    // Without a port, as in a test, there is no address.
    const { incoming }: { incoming?: IncomingMessage } = c.env ?? {}
    const take = () => {
      const address = incoming === undefined ? null : readAddress(incoming)
      return address === null ? null : counts.take(`address ${address}`)
    }
    if (!isPrivate) {
      const allowance = take()
      if (allowance !== null) refuseBeyond(allowance)
      return next()
    }
    // A good token is worth more than an address, which a whole office may share: only its absence counts here.
    await next()
    if (c.get('identity') !== undefined || c.res.status === 503) return
    const allowance = take()
    if (allowance === null) return
    // What was answered is put aside with its headers, which would otherwise stay on the refusal.
    if (!allowance.isAllowed) c.res = undefined
    refuseBeyond(allowance)
    setRateHeaders(c, allowance)
  }
}

/** Counts the requests of a person; the token has been checked by then. */
export function limitPeople(counts: RequestCounts): MiddlewareHandler<ApiEnv> {
  return async function limitPeopleMiddleware(c, next) {
    const allowance = counts.take(`subject ${c.get('identity').subject}`)
    setRateHeaders(c, allowance)
    refuseBeyond(allowance)
    await next()
  }
}

function refuseBeyond({ isAllowed, reset }: Allowance): void {
  if (!isAllowed) throw new ApiError('rate_limited', { retryAfter: reset })
}

/** Fields of draft-ietf-httpapi-ratelimit-headers-10. */
function setRateHeaders(c: Context<ApiEnv>, { limit, remaining, reset }: Allowance): void {
  setHeader(c, 'RateLimit-Policy', `"minute";q=${limit};w=60`)
  setHeader(c, 'RateLimit', `"minute";r=${remaining};t=${reset}`)
}
