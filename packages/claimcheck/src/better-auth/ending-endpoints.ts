/**
 * What surrounds Better Auth's endpoints that end sessions, and the one look that every new token
 * gets.
 */
import type { SecondaryStorage } from 'better-auth'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { deleteSessionCookie } from 'better-auth/cookies'
import { getJwtToken, type JwtOptions } from 'better-auth/plugins'
import { decodeJwt } from 'jose'
import { toAnswer, toUnavailable } from './outage.js'
import type { RevocationLog } from './revocation-log.js'
import type { Hook } from './token-endpoint.js'

/**
 * Records the end of the session before /sign-out deletes it. Better Auth says 200 even where the
 * deletion failed; here it is refused before anything happened. A storage that sessions are kept in
 * beside the database has to forget this one here, for the same reason.
 */
export function recordSignOut(log: () => RevocationLog): Hook {
  return {
    matcher: (context) => context.path === '/sign-out',
    handler: createAuthMiddleware(async (ctx) => {
      const { adapter, authCookies, secret, options } = ctx.context
      const token = await ctx.getSignedCookie(authCookies.sessionToken.name, secret)
      if (!token) return
      await log().endSessions(adapter, [{ field: 'token', value: token }])
      await forget(options.secondaryStorage, token)
    }),
  }
}

async function forget(storage: SecondaryStorage | undefined, token: string): Promise<void> {
  try {
    await storage?.delete(token)
  } catch (cause) {
    throw Object.assign(toUnavailable('Signing out cannot be completed right now'), { cause })
  }
}

/** A changed password ends every session; the device that changed it is given a new one. */
export function endSessionsWithPassword(): Hook {
  return {
    matcher: (context) => context.path === '/change-password',
    handler: createAuthMiddleware(async (ctx) => {
      return { context: { body: { ...ctx.body, revokeOtherSessions: true } } }
    }),
  }
}

/**
 * Better Auth hides a failed deletion behind 500 here; nothing was ended, and trying again may
 * help.
 */
export function correctFailedEnds(): Hook {
  return {
    matcher: (context) => context.path === '/revoke-session' || context.path === '/revoke-sessions',
    handler: createAuthMiddleware(async (ctx) => {
      const { returned } = ctx.context
      if (!(returned instanceof APIError) || returned.statusCode !== 500) return
      return toAnswer(ctx, toUnavailable('Signing out cannot be recorded right now'))
    }),
  }
}

/**
 * Looks at each token once it is made, so that nothing can be recorded between the look and the
 * making. The token of a session that is listed is not handed out, and the session, which a killed
 * process left behind, ends; one that the brake would refuse, or that is for another API than was
 * asked for, is made again.
 */
export function judgeTokens(
  log: () => RevocationLog,
  options: JwtOptions,
  brake: (notBefore: number) => void,
): Hook {
  return {
    matcher: (context) => context.path === '/token',
    handler: createAuthMiddleware(async (ctx) => {
      const { adapter, internalAdapter, returned, session } = ctx.context
      const token = readToken(returned)
      if (!token || !session) return
      let verdict: Awaited<ReturnType<RevocationLog['judge']>>
      try {
        verdict = await log().judge(adapter, session.session.id, session.user.id)
      } catch {
        return toAnswer(ctx, toUnavailable('Revocations cannot be read right now'))
      }
      if (verdict.isRevoked) {
        await internalAdapter.deleteSession(session.session.token).catch(() => undefined)
        deleteSessionCookie(ctx)
        const ended = { message: 'The session has ended', code: 'SESSION_ENDED' }
        return toAnswer(ctx, new APIError('UNAUTHORIZED', ended, { 'cache-control': 'no-store' }))
      }
      brake(verdict.notBefore)
      const { iat = 0, aud } = decodeJwt(token)
      const audience: string = ctx.query?.audience ?? aud
      if (iat >= verdict.notBefore && audience === aud) return
      const jwt = { ...options.jwt, audience }
      return ctx.json({ token: await getJwtToken(ctx, { ...options, jwt }) })
    }),
  }
}

function readToken(returned: unknown): string | null {
  if (typeof returned !== 'object' || returned === null || !('token' in returned)) return null
  return typeof returned.token === 'string' ? returned.token : null
}
