/**
 * Rules of this app around Better Auth's endpoints: attempts for each e-mail address, the password
 * to delete an account or give it another address, and answers that take as long for an unknown
 * address as for a known one.
 */
import { createHash } from 'node:crypto'
import type { AuthContext } from 'better-auth'
import {
  APIError,
  createAuthMiddleware,
  getSessionFromCtx,
  requestPasswordReset,
} from 'better-auth/api'
import type { AttemptRule, Attempts } from './attempts.js'
import type { Background } from './background.js'
import type { Mailer } from './mailer.js'
import { writeAddressNotice } from './messages.js'

/** Per e-mail address, wherever they come from: guessing one password, and filling one mailbox. */
const rules: Readonly<Record<string, AttemptRule>> = {
  '/sign-in/email': { window: 15 * 60, max: 20 },
  '/request-password-reset': { window: 60 * 60, max: 5 },
  '/send-verification-email': { window: 60 * 60, max: 5 },
}

/** What is of no use without a message. */
const needsMail: ReadonlySet<string> = new Set([
  '/sign-up/email',
  '/request-password-reset',
  '/send-verification-email',
  '/change-email',
])

/** What reads a session and would renew it on the way. */
const readsSession: ReadonlySet<string> = new Set(['/get-session', '/token'])

/** Characters; RFC 5321 §4.5.3.1.3 allows 256 with the angle brackets around them. */
const longestAddress = 254

/** What the endpoint itself takes. */
const resetBody = requestPasswordReset.options.body

export interface AccountGuardOptions {
  /** Null counts nothing. */
  readonly attempts: Attempts | null
  readonly mailer: Mailer
  readonly background: Background
  /** Origin of this app, for what is written to people. */
  readonly appUrl: string
  /** True where nobody may find out which addresses have an account. */
  readonly isDiscreet: boolean
}

export function guardAccounts(options: AccountGuardOptions) {
  const { attempts, mailer, background, appUrl, isDiscreet } = options
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (!ctx.request && readsSession.has(ctx.path)) {
        // A page that is being rendered cannot hand the renewed cookie on, which would then end before its session: only
        // what the browser asks for itself renews.
        return { context: { query: { ...ctx.query, disableRefresh: true } } }
      }
      const email = readText(ctx.body, 'email')
      if (ctx.request && [email, readText(ctx.body, 'newEmail')].some(isTooLong)) {
        throw new APIError('BAD_REQUEST', { message: 'Invalid email', code: 'INVALID_EMAIL' })
      }
      // Asked for every address, so that it is the question that brings the news about and not a message to some of them.
      if (ctx.request && needsMail.has(ctx.path) && !(await mailer.isWorking())) {
        throw new APIError(
          'SERVICE_UNAVAILABLE',
          { message: 'The mail server does not answer', code: 'MAIL_UNAVAILABLE' },
          { 'retry-after': '60' },
        )
      }
      if (ctx.path === '/delete-user' && ctx.request && !readText(ctx.body, 'password')) {
        throw new APIError('BAD_REQUEST', {
          message: 'Deleting the account takes its password',
          code: 'PASSWORD_REQUIRED',
        })
      }
      if (ctx.path === '/change-email') {
        // Whoever has the address can have a new password sent to it: a session alone is not enough.
        const session = await getSessionFromCtx(ctx)
        if (session) {
          await assertPassword(ctx.context, session.user.id, readText(ctx.body, 'password'))
        }
      }
      const rule = rules[ctx.path]
      if (attempts && ctx.request && rule && email) {
        const { allowed, retryAfter } = attempts.consume(toKey(ctx.path, email), rule)
        if (!allowed) {
          throw new APIError(
            'TOO_MANY_REQUESTS',
            { message: 'Too many attempts for this address', code: 'TOO_MANY_ATTEMPTS' },
            { 'retry-after': String(retryAfter ?? rule.window) },
          )
        }
      }
      const isReset = ctx.path === '/request-password-reset' && ctx.request
      // What the endpoint would refuse it refuses below, the same way for everybody.
      if (isDiscreet && isReset && email && resetBody.safeParse(ctx.body).success) {
        // Writing a link down takes longer than finding nobody to write one for.
        // The same question for everybody: while the database is away, nobody is told that a link is on its way.
        await ctx.context.internalAdapter.findUserById('')
        const body = { email, redirectTo: '/reset-password' }
        const input = { context: ctx.context, method: 'POST', body } as const
        background.run('A link for a new password could not be made', async () => {
          await requestPasswordReset(input)
        })
        return { status: true }
      }
      return undefined
    }),
    after: createAuthMiddleware(async (ctx) => {
      const email = readText(ctx.body, 'email')
      if (ctx.path === '/sign-in/email' && email && ctx.context.newSession) {
        attempts?.clear(toKey(ctx.path, email))
      }
      const { returned, session } = ctx.context
      const newEmail = readText(ctx.body, 'newEmail')
      if (ctx.path === '/change-email' && session && newEmail && !(returned instanceof APIError)) {
        // Whether or not the new address was free, so that the mail does not tell.
        const notice = writeAddressNotice(session.user.email, newEmail, `${appUrl}/account`)
        mailer.post(notice)
      }
    }),
  }
}

async function assertPassword(
  { internalAdapter, password }: AuthContext,
  userId: string,
  given: string | null,
): Promise<void> {
  if (!given) {
    throw new APIError('BAD_REQUEST', {
      message: 'Changing the address takes the password',
      code: 'PASSWORD_REQUIRED',
    })
  }
  const account = await internalAdapter.findCredentialAccount(userId)
  const isRight =
    given.length <= password.config.maxPasswordLength &&
    account?.password &&
    (await password.verify({ hash: account.password, password: given }))
  if (isRight) return
  throw new APIError('BAD_REQUEST', { message: 'Invalid password', code: 'INVALID_PASSWORD' })
}

function readText(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null) return null
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' && value ? value : null
}

/** No mail reaches an address that is longer, and nothing else has to read a stranger's long text. */
function isTooLong(address: string | null): boolean {
  return address !== null && address.length > longestAddress
}

/** A digest, so that a stranger's long text does not fill the memory. */
function toKey(path: string, email: string): string {
  return `${path} ${createHash('sha256').update(email.trim().toLowerCase()).digest('base64url')}`
}
