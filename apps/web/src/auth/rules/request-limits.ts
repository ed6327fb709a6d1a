/** How often something may be asked for about one e-mail address, wherever the requests come from. */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Limiter, Verdict } from '../limits/limiter.js'
import { emailLimits, type Limit } from '../limits/limits.js'
import { type BeforeRule, isOneOf, readEmail } from './rule.js'

export function limitRequests(limiter: Limiter): BeforeRule {
  return {
    matcher: isOneOf(...Object.keys(emailLimits)),
    handler: createAuthMiddleware(async (ctx) => {
      const limit = emailLimits[ctx.path]
      const email = readEmail(ctx.body)
      if (!ctx.request || !limit || !email) return
      assertAllowed(await limiter.consume(`${ctx.path} ${email}`, limit), limit)
    }),
  }
}

/** @throws {APIError} 429 where the verdict is that the limit is reached. */
export function assertAllowed({ allowed, retryAfter }: Verdict, limit: Limit): void {
  if (allowed) return
  throw new APIError(
    'TOO_MANY_REQUESTS',
    { message: 'Too many attempts', code: 'TOO_MANY_ATTEMPTS' },
    { 'retry-after': String(retryAfter ?? limit.window) },
  )
}
