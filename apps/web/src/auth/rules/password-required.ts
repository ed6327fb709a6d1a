/** A session alone is not enough to delete an account, or to give it another e-mail address. */
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { type BeforeRule, isOneOf, readText } from './rule.js'

/** Better Auth checks the password of a deletion where there is one, and does without where there is none. */
export const requirePassword: BeforeRule = {
  matcher: isOneOf('/delete-user', '/change-email'),
  handler: createAuthMiddleware(async (ctx) => {
    if (!ctx.request || readText(ctx.body, 'password')) return
    // Nobody learns what it would take who is not signed in.
    if (ctx.path === '/change-email' && !(await getSessionFromCtx(ctx))) return
    throw new APIError('BAD_REQUEST', {
      message: 'This takes the password of the account',
      code: 'PASSWORD_REQUIRED',
    })
  }),
}

/** Whoever has the address can have a new password sent to it. */
export const checkPasswordForAddress: BeforeRule = {
  matcher: isOneOf('/change-email'),
  handler: createAuthMiddleware(async (ctx) => {
    const session = await getSessionFromCtx(ctx)
    if (!session) return
    const given = readText(ctx.body, 'password') ?? ''
    const { internalAdapter, password } = ctx.context
    const account = await internalAdapter.findCredentialAccount(session.user.id)
    const isRight =
      given.length <= password.config.maxPasswordLength &&
      account?.password &&
      (await password.verify({ hash: account.password, password: given }))
    if (isRight) return
    throw new APIError('BAD_REQUEST', { message: 'Invalid password', code: 'INVALID_PASSWORD' })
  }),
}
