/** Answers that take as long for an unknown address as for a known one. */
import type { AuthContext } from 'better-auth'
import { createAuthMiddleware, requestPasswordReset } from 'better-auth/api'
import type { Background } from '../mail/background.js'
import { type BeforeRule, isOneOf, readText } from './rule.js'

/** What the endpoint itself takes. */
const resetBody = requestPasswordReset.options.body

/** Writing a link for a new password down takes longer than finding nobody to write one for. */
export function hideWhoCanReset(background: Background): BeforeRule {
  return {
    matcher: isOneOf('/request-password-reset'),
    handler: createAuthMiddleware(async (ctx) => {
      const email = readText(ctx.body, 'email')
      // What the endpoint would refuse it refuses below, the same way for everybody.
      if (!ctx.request || !email || !resetBody.safeParse(ctx.body).success) return undefined
      // The same question for everybody: while the database is away, nobody is told that a link is on its way.
      await ctx.context.internalAdapter.findUserById('')
      const body = { email, redirectTo: '/reset-password' }
      const input = { context: ctx.context, method: 'POST', body } as const
      background.run('A link for a new password could not be made', async () => {
        await requestPasswordReset(input)
      })
      return { status: true }
    }),
  }
}

/**
 * As many rows as a new account has, so that an address that has one is not answered sooner. They
 * have run out before they are written, and go with the next look at a link for a new password.
 */
export async function writeAsMuchAsSignUp({ internalAdapter }: AuthContext): Promise<void> {
  const row = { identifier: 'sign-up', value: '', expiresAt: new Date(0) }
  await internalAdapter.createVerificationValue(row)
  await internalAdapter.createVerificationValue(row)
}
