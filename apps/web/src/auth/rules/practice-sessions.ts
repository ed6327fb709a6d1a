/** What the inspector made for a session ends with it. */
import { createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { endPracticeSessions } from '../sessions/practice-sessions.js'
import { type BeforeRule, isOneOf } from './rule.js'

export const endPracticeWithSession: BeforeRule = {
  matcher: isOneOf('/sign-out'),
  handler: createAuthMiddleware(async (ctx) => {
    const current = await getSessionFromCtx(ctx)
    if (current) await endPracticeSessions(ctx.context, current.session.id)
  }),
}
