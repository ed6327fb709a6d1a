/** The old address is told when a new one is asked for. */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { Mailer } from '../mail/mailer.js'
import { writeAddressNotice } from '../mail/messages.js'
import { type AfterRule, isOneOf, readText } from './rule.js'

/** @param appUrl Origin of this app. */
export function tellOldAddress(mailer: Mailer, appUrl: string): AfterRule {
  return {
    matcher: isOneOf('/change-email'),
    handler: createAuthMiddleware(async (ctx) => {
      const { returned, session } = ctx.context
      const newEmail = readText(ctx.body, 'newEmail')
      if (!session || !newEmail || returned instanceof APIError) return
      // Whether or not the new address was free, so that the mail does not tell.
      const { email, emailVerified } = session.user
      const isAtOnce =
        ctx.context.options.user?.changeEmail?.updateEmailWithoutVerification === true
      // A taken address is not changed to; during a trial that may be known.
      const owner = isAtOnce ? await ctx.context.internalAdapter.findUserByEmail(newEmail) : null
      const isDone = !emailVerified && owner?.user.id === session.user.id
      mailer.post(writeAddressNotice(email, newEmail, { url: `${appUrl}/account`, isDone }))
    }),
  }
}
