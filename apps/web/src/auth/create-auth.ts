/**
 * Better Auth as this app uses it: e-mail and password, cookies for the browser, tokens for the
 * API.
 */
import { betterAuth } from 'better-auth'
import { claimcheck } from 'claimcheck/better-auth'
import type { Env } from '../env.js'
import { guardAccounts } from './account-guard.js'
import { createAttempts } from './attempts.js'
import { addressHeader } from './client-address.js'
import { type AuthDatabase, toDatabaseOption } from './database.js'
import { createLogger } from './log.js'
import type { SendMail } from './mailer.js'
import {
  writeConfirmation,
  writeExistingAccount,
  writeNewAddress,
  writePasswordReset,
} from './messages.js'
import type { Mail } from './outbox.js'

export type Auth = ReturnType<typeof createAuth>

const hour = 3600

/** Makes the instance; it touches the database with its first request. */
export function createAuth(env: Env, database: AuthDatabase, sendMail: SendMail) {
  return betterAuth(createOptions(env, database, sendMail))
}

/** The options alone, which migrations need before there may be an instance. */
export function createOptions(env: Env, database: AuthDatabase, sendMail: SendMail) {
  const attempts = createAttempts()
  const { appUrl, trial } = env.public
  const guard = guardAccounts({
    attempts: env.authRateLimit ? attempts : null,
    sendMail,
    appUrl,
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
      sendResetPassword: ({ user, url }: MailRequest) =>
        sendMail(writePasswordReset(user.email, url)),
      onExistingUserSignUp: ({ user }: { user: { email: string } }) =>
        sendMail(writeExistingAccount(user.email, `${appUrl}/sign-in`)),
    },
    emailVerification: {
      sendOnSignUp: !trial,
      sendOnSignIn: !trial,
      autoSignInAfterVerification: true,
      expiresIn: hour,
      sendVerificationEmail: ({ user, url }: MailRequest) =>
        sendMail(toConfirmation(user.email, new URL(url))),
    },
    user: {
      deleteUser: { enabled: true },
      // The link goes to the new address only: a second one to the old address would tell, by whether it comes, who has an
      // account. The old address is told of each attempt instead.
      changeEmail: { enabled: true, updateEmailWithoutVerification: trial },
    },
    // The session is read from the database each time: what was ended has ended.
    session: { cookieCache: { enabled: false } },
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

interface MailRequest {
  readonly user: { readonly email: string }
  readonly url: string
}

interface AttemptRule {
  readonly window: number
  readonly max: number
}
