/** Writes down what happened to an account; no answer waits for it. */
import { APIError, createAuthMiddleware } from 'better-auth/api'
import type { AccountEventKind, AccountLog } from '../account-log.js'
import { type AfterRule, isOneOf } from './rule.js'

const kinds: Readonly<Record<string, AccountEventKind>> = {
  '/change-password': 'password changed',
  '/sign-in/email': 'signed in',
  '/sign-up/email': 'signed in',
  '/verify-email': 'signed in',
}

export function logAccountEvents(log: AccountLog): AfterRule {
  return {
    matcher: isOneOf(...Object.keys(kinds)),
    handler: createAuthMiddleware(async (ctx) => {
      const kind = kinds[ctx.path]
      const { returned, session, newSession } = ctx.context
      // A link leads on by what is thrown, so that only the session tells what came of it.
      const isFailed = returned instanceof APIError && returned.statusCode >= 400
      const userId = (kind === 'signed in' ? newSession : session)?.user.id
      if (!kind || !ctx.request || isFailed || !userId) return
      if (ctx.path === '/verify-email' && session) return
      void log.note(userId, kind, ctx.headers)
    }),
  }
}
