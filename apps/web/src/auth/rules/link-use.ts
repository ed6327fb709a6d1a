/** A link in a message works once, for whom it was sent, until something ends it. */
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { verifyJWT } from 'better-auth/crypto'
import { longest, SHORTEST_PASSWORD } from '../../session/field-lengths.js'
import { readOwnPath } from '../../session/next-path.js'
import type { EmailLinks } from '../email-links.js'
import { type AfterRule, type BeforeRule, isOneOf, readText } from './rule.js'

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/** Better Auth finds out first what is wrong with the new password, so that a slip costs no link. */
export function spendResetLinks(links: EmailLinks): BeforeRule {
  return {
    matcher: isOneOf('/reset-password'),
    handler: createAuthMiddleware(async (ctx) => {
      const token = readText(ctx.body, 'token') ?? readText(ctx.query, 'token')
      const { length } = readText(ctx.body, 'newPassword') ?? ''
      if (!ctx.request || !token || length < SHORTEST_PASSWORD || length > longest.password) return
      if ((await links.use(token)) !== 'first') throw badLink()
    }),
  }
}

/** Leads to the form only where it can still be sent. */
export function openResetLinks(links: EmailLinks): BeforeRule {
  return {
    matcher: isOneOf('/reset-password/:token'),
    handler: createAuthMiddleware(async (ctx) => {
      const token = readText(ctx.params, 'token')
      if (!ctx.request || !token || (await links.counts(token))) return
      throw redirect(ctx, '/reset-password', 'INVALID_TOKEN')
    }),
  }
}

/**
 * One link makes at most one session, however often it is opened at the same time. One for a new
 * address makes none: the mailbox is proved by it, not the person.
 */
export function spendConfirmations(links: EmailLinks): BeforeRule {
  return {
    matcher: isOneOf('/verify-email'),
    handler: createAuthMiddleware(async (ctx) => {
      const token = readText(ctx.query, 'token')
      const claims = token && (await verifyJWT(token, ctx.context.secret))
      // Better Auth refuses what is no link of ours, or too old.
      if (!ctx.request || !token || !claims) return
      const email = readText(claims, 'email')
      const newEmail = readText(claims, 'updateTo')
      const use = await links.use(token)
      const target = readTarget(ctx)
      if (use === 'dead' || !email) throw redirect(ctx, target, 'INVALID_TOKEN')
      // Opened again, it says once more that the address is confirmed, and signs nobody in.
      if (use === 'again') throw redirect(ctx, target, newEmail ? 'INVALID_TOKEN' : null)
      if (!newEmail || (await getSessionFromCtx(ctx))) return
      const { internalAdapter } = ctx.context
      if (await internalAdapter.findUserByEmail(newEmail)) {
        throw redirect(ctx, target, 'INVALID_TOKEN')
      }
      await internalAdapter.updateUserByEmail(email, { email: newEmail, emailVerified: true })
      throw redirect(ctx, target, null)
    }),
  }
}

export function endLinksWithPassword(links: EmailLinks): AfterRule {
  return {
    matcher: isOneOf('/change-password'),
    handler: createAuthMiddleware(async (ctx) => {
      const { returned, session } = ctx.context
      if (session && !(returned instanceof APIError)) await links.endAll(session.user.id)
    }),
  }
}

function badLink(): APIError {
  return new APIError('BAD_REQUEST', { message: 'Invalid token', code: 'INVALID_TOKEN' })
}

/** Where the link leads in the end: a page of this site. */
function readTarget(ctx: Context): string {
  return readOwnPath(readText(ctx.query, 'callbackURL') ?? '') ?? '/'
}

/** To be thrown. */
function redirect(ctx: Context, path: string, error: string | null): Error {
  const mark = path.includes('?') ? '&' : '?'
  return ctx.redirect(error === null ? path : `${path}${mark}error=${error}`)
}
