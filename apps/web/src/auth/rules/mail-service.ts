/** What is of no use without a message is refused while none can be sent. */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Mailer } from '../mail/mailer.js'
import { type BeforeRule, isOneOf } from './rule.js'

/**
 * Asked for every address, so that it is the question that brings the news about and not a message
 * to some of them.
 */
export function refuseWithoutMail(mailer: Mailer): BeforeRule {
  return {
    matcher: isOneOf(
      '/sign-up/email',
      '/request-password-reset',
      '/send-verification-email',
      '/change-email',
    ),
    handler: createAuthMiddleware(async (ctx) => {
      if (!ctx.request || (await mailer.isWorking())) return
      throw new APIError(
        'SERVICE_UNAVAILABLE',
        { message: 'The mail server does not answer', code: 'MAIL_UNAVAILABLE' },
        { 'retry-after': '60' },
      )
    }),
  }
}
