/**
 * Better Auth as this app uses it: e-mail and password, cookies for the browser, tokens for the
 * API.
 */
import { betterAuth } from 'better-auth'
import { claimcheck } from 'claimcheck/better-auth'
import type { Env } from '../env.js'
import { guardAccounts } from './account-guard.js'
import { createAttempts } from './attempts.js'
import type { Background } from './background.js'
import { addressHeader } from './client-address.js'
import { type AuthDatabase, toDatabaseOption } from './database.js'
import { createLogger } from './log.js'
import type { Mailer } from './mailer.js'
import {
  writeConfirmation,
  writeExistingAccount,
  writeNewAddress,
  writePasswordReset,
} from './messages.js'
import type { Mail } from './outbox.js'
import { getRunning } from './running.js'
import { sessionUpdateAge } from './session-use.js'

export type Auth = ReturnType<typeof createAuth>

export interface AuthParts {
  readonly database: AuthDatabase
  readonly mailer: Mailer
  readonly background: Background
}

const hour = 3600

/** Makes the instance; it touches the database with its first request. */
export function createAuth(env: Env, parts: AuthParts) {
  return betterAuth(createOptions(env, parts))
}

/** The options alone, which migrations need before there may be an instance. */
export function createOptions(env: Env, { database, mailer, background }: AuthParts) {
  const attempts = createAttempts()
  const { appUrl, trial } = env.public
  const guard = guardAccounts({
    attempts: env.authRateLimit ? attempts : null,
    mailer,
    background,
    appUrl,
    isDiscreet: !trial,
  })
  return {
    appName: 'Claimcheck',
    baseURL: appUrl,
    ...(env.secret !== null && { secret: env.secret }),
    ...(env.secrets.length > 0 && { secrets: [...env.secrets] }),
    database: toDatabaseOption(database),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      requireEmailVerification: !trial,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: hour,
      sendResetPassword: async ({ user, url }: MailRequest) =>
        mailer.post(writePasswordReset(user.email, url)),
      onExistingUserSignUp: async ({ user }: { user: { email: string } }): Promise<void> => {
        mailer.post(writeExistingAccount(user.email, `${appUrl}/sign-in`))
        await writeAsMuchAsSignUp()
      },
    },
    emailVerification: {
      sendOnSignUp: !trial,
      sendOnSignIn: !trial,
      autoSignInAfterVerification: true,
      expiresIn: hour,
      sendVerificationEmail: async ({ user, url }: MailRequest) =>
        mailer.post(toConfirmation(user.email, new URL(url))),
    },
    user: {
      deleteUser: { enabled: true },
      // The link goes to the new address only: a second one to the old address would tell, by whether it comes, who has an
      // account. The old address is told of each attempt instead.
      changeEmail: { enabled: true, updateEmailWithoutVerification: trial },
    },
    // The session is read from the database each time: what was ended has ended.
    session: { cookieCache: { enabled: false }, updateAge: sessionUpdateAge },
    // The list holds the other sessions' tokens, which scripts in a page have no business with.
    disabledPaths: ['/list-sessions'],
    rateLimit: {
      enabled: env.authRateLimit,
      customStorage: {
        consume: async (key: string, rule: AttemptRule) => attempts.consume(key, rule),
      },
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/sign-up/email': { window: 60, max: 20 },
        // Asked for by every open page, with a cookie or in vain; it costs one look at the session.
        '/get-session': false as const,
      },
    },
    advanced: {
      useSecureCookies: appUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' as const },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    hooks: guard,
    logger: createLogger(env.logLevel),
    onAPIError: { throw: true },
    telemetry: { enabled: false },
    plugins: [
      ...claimcheck({
        issuer: env.issuer,
        audience: env.audience,
        algorithm: env.algorithm,
        expiration: env.expiration,
        rotation: env.rotation,
      }),
    ],
  }
}

/** The message that fits the page its link leads to in the end. */
function toConfirmation(to: string, url: URL): Mail {
  const target = url.searchParams.get('callbackURL') ?? '/'
  if (target.startsWith('/account')) return writeNewAddress(to, url.href)
  // Sent because somebody signed in too early.
  if (target === '/') url.searchParams.set('callbackURL', '/verify-email?confirmed')
  return writeConfirmation(to, url.href)
}

/**
 * As many rows as a new account has, so that an address that has one is not answered sooner. They
 * have run out before they are written, and go with the next look at a link for a new password.
 */
async function writeAsMuchAsSignUp(): Promise<void> {
  const context = await getRunning()?.auth.$context
  const row = { identifier: 'sign-up', value: '', expiresAt: new Date(0) }
  await context?.internalAdapter.createVerificationValue(row)
  await context?.internalAdapter.createVerificationValue(row)
}

interface MailRequest {
  readonly user: { readonly email: string }
  readonly url: string
}

interface AttemptRule {
  readonly window: number
  readonly max: number
}
