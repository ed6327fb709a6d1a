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
import { writeConfirmation, writeExistingAccount, writePasswordReset } from './messages.js'

export type Auth = ReturnType<typeof createAuth>

const hour = 3600

/** Makes the instance; it touches the database with its first request. */
export function createAuth(env: Env, database: AuthDatabase, sendMail: SendMail) {
  return betterAuth(createOptions(env, database, sendMail))
}

/** The options alone, which migrations need before there may be an instance. */
export function createOptions(env: Env, database: AuthDatabase, sendMail: SendMail) {
  const attempts = createAttempts()
  const guard = guardAccounts(env.authRateLimit ? attempts : null)
  return {
    appName: 'Claimcheck',
    baseURL: env.public.appUrl,
    ...(env.secret !== null && { secret: env.secret }),
    ...(env.secrets.length > 0 && { secrets: [...env.secrets] }),
    database: toDatabaseOption(database),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      requireEmailVerification: !env.public.trial,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: hour,
      sendResetPassword: ({ user, url }: MailRequest) =>
        sendMail(writePasswordReset(user.email, url)),
      onExistingUserSignUp: ({ user }: { user: { email: string } }) =>
        sendMail(writeExistingAccount(user.email, `${env.public.appUrl}/sign-in`)),
    },
    emailVerification: {
      sendOnSignUp: !env.public.trial,
      sendOnSignIn: !env.public.trial,
      autoSignInAfterVerification: true,
      expiresIn: hour,
      sendVerificationEmail: ({ user, url }: MailRequest) =>
        sendMail(writeConfirmation(user.email, url)),
    },
    user: { deleteUser: { enabled: true } },
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
      useSecureCookies: env.public.appUrl.startsWith('https:'),
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

interface MailRequest {
  readonly user: { readonly email: string }
  readonly url: string
}

interface AttemptRule {
  readonly window: number
  readonly max: number
}
