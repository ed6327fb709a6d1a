/** Only what the browser asks for itself renews a session. */
import { createAuthMiddleware } from 'better-auth/api'
import { type BeforeRule, isOneOf } from './rule.js'

/**
 * A page that is being rendered cannot hand the renewed cookie on, which would then end before its
 * session.
 */
export const keepRenewalToBrowsers: BeforeRule = {
  matcher: isOneOf('/get-session', '/token'),
  handler: createAuthMiddleware(async (ctx) => {
    if (ctx.request) return undefined
    return { context: { query: { ...ctx.query, disableRefresh: true } } }
  }),
}
