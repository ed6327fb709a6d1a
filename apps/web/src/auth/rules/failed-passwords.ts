/** How often somebody who is signed in may guess the password, at everything that asks for it again. */
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import type { Limiter } from '../limits/limiter.js'
import { failureLimits } from '../limits/limits.js'
import { assertAllowed } from './request-limits.js'
import { type AfterRule, type BeforeRule, isOneOf } from './rule.js'

const checksPassword = isOneOf(
  '/verify-password',
  '/change-password',
  '/change-email',
  '/delete-user',
)
const limit = failureLimits.person

/** One count for all of them, because it is one password. */
export function limitFailedPasswords(limiter: Limiter): BeforeRule {
  return {
    matcher: checksPassword,
    handler: createAuthMiddleware(async (ctx) => {
      const session = ctx.request ? await getSessionFromCtx(ctx) : null
      if (session) assertAllowed(await limiter.consume(toKey(session.user.id), limit), limit)
    }),
  }
}

export function forgetGoodPasswords(limiter: Limiter): AfterRule {
  return {
    matcher: checksPassword,
    handler: createAuthMiddleware(async (ctx) => {
      const { returned, session } = ctx.context
      if (!ctx.request || !session) return
      if (returned instanceof APIError && returned.body?.code === 'INVALID_PASSWORD') return
      await limiter.refund(toKey(session.user.id), limit)
    }),
  }
}

function toKey(userId: string): string {
  return `password ${userId}`
}
