/**
 * Better Auth as this app uses it: e-mail and password, cookies for the browser, tokens for the
 * API.
 */
import { type AuthContext, betterAuth } from 'better-auth'
import { claimcheck } from 'claimcheck/better-auth'
import type { Redis } from 'ioredis'
import type { Env } from '../env.js'
import { longest, SHORTEST_PASSWORD } from '../session/field-lengths.js'
import type { AccountLog } from './account-log.js'
import { getAddressHeader } from './client-address.js'
import { type EmailLinks, LINK_LIFETIME } from './email-links.js'
import type { PasswordHashing } from './hashing/password-hashing.js'
import { limitAddress } from './limits/address-limit.js'
import type { Limiter } from './limits/limiter.js'
import { addressLimits } from './limits/limits.js'
import type { AuthLogger } from './log.js'
import type { Background } from './mail/background.js'
import type { Mailer } from './mail/mailer.js'
import {
  writeConfirmation,
  writeExistingAccount,
  writeNewAddress,
  writePasswordReset,
} from './mail/messages.js'
import type { Mail } from './mail/outbox.js'
import { accountRules } from './rules/account-rules.js'
import { writeAsMuchAsSignUp } from './rules/discretion.js'
import { readText } from './rules/rule.js'
import { SESSION_UPDATE_AGE } from './sessions/session-use.js'
import { type AuthDatabase, toDatabaseOption } from './store/database.js'
import { toSecondaryStorage } from './store/redis.js'
import { LONGEST_USER_AGENT } from './store/tables.js'

export type Auth = ReturnType<typeof createAuth>

export interface AuthParts {
  readonly database: AuthDatabase
  readonly mailer: Mailer
  readonly background: Background
  readonly log: AuthLogger
  readonly limiter: Limiter
  readonly links: EmailLinks
  readonly accountLog: AccountLog
  readonly passwords: PasswordHashing
  /** Null keeps sessions in the database alone. */
  readonly redis: Redis | null
}

/** Makes the instance; it touches the database with its first request. */
export function createAuth(env: Env, parts: AuthParts) {
  return betterAuth(createOptions(env, parts))
}

/** The options alone, which migrations need before there may be an instance. */
export function createOptions(env: Env, parts: AuthParts) {
  const { database, mailer, background, log, limiter, links, accountLog, passwords, redis } = parts
  const { appUrl, trial } = env.public
  let context: AuthContext | undefined
  const rules = accountRules({
    limiter: env.authRateLimit ? limiter : null,
    links,
    accountLog,
    mailer,
    background,
    appUrl,
    isDiscreet: !trial,
    onInit(made) {
      context = made
    },
  })
  return {
    appName: 'Claimcheck',
    baseURL: appUrl,
    ...(env.secret !== null && { secret: env.secret }),
    ...(env.secrets.length > 0 && { secrets: [...env.secrets] }),
    database: toDatabaseOption(database),
    ...(redis && { secondaryStorage: toSecondaryStorage(redis) }),
    verification: { storeInDatabase: true },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: longest.password,
      requireEmailVerification: !trial,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: LINK_LIFETIME,
      password: passwords,
      sendResetPassword: async ({ user, url, token }: MailRequest) => {
        await links.issue({ token, userId: user.id, email: user.email })
        mailer.post(writePasswordReset(user.email, url))
      },
      onPasswordReset: async ({ user }: { user: { id: string } }, request?: Request) => {
        await links.endAll(user.id)
        void accountLog.note(user.id, 'password changed', request?.headers)
      },
      onExistingUserSignUp: async ({ user }: { user: { email: string } }): Promise<void> => {
        mailer.post(writeExistingAccount(user.email, `${appUrl}/sign-in`))
        if (context) await writeAsMuchAsSignUp(context)
      },
    },
    emailVerification: {
      sendOnSignUp: !trial,
      sendOnSignIn: !trial,
      autoSignInAfterVerification: true,
      expiresIn: LINK_LIFETIME,
      sendVerificationEmail: async ({ user, url, token }: MailRequest) =>
        // Nobody waits for it: how long that took would tell whether an address was free.
        background.run('A link to confirm an address could not be made', async () => {
          await links.issue({ token, userId: user.id, email: readSubject(token) ?? user.email })
          mailer.post(toConfirmation(user.email, new URL(url)))
        }),
    },
    user: {
      deleteUser: { enabled: true },
      // The link goes to the new address only: a second one to the old address would tell, by whether it comes, who
      // has an
      // account. The old address is told of each attempt instead.
      changeEmail: { enabled: true, updateEmailWithoutVerification: trial },
    },
    // The session is read from the database each time: what was ended has ended.
    session: {
      cookieCache: { enabled: false },
      updateAge: SESSION_UPDATE_AGE,
      storeSessionInDatabase: true,
    },
    // The list holds the other sessions' tokens, which scripts in a page have no business with.
    disabledPaths: ['/list-sessions'],
    rateLimit: {
      enabled: env.authRateLimit,
      customStorage: { consume: limitAddress(limiter) },
      customRules: {
        ...addressLimits,
        // Asked for by every open page, with a cookie or in vain; it costs one look at the session.
        '/get-session': false as const,
      },
    },
    advanced: {
      useSecureCookies: appUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' as const },
      ipAddress: { ipAddressHeaders: [getAddressHeader()] },
    },
    logger: log,
    onAPIError: { throw: true },
    telemetry: { enabled: false },
    databaseHooks: {
      session: {
        create: {
          before: async ({ userAgent }: { userAgent?: string | null | undefined }) => ({
            data: { userAgent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null },
          }),
        },
      },
      user: {
        delete: { after: async ({ id }: { id: string }) => accountLog.forget(id) },
        update: {
          after: async ({ id, email }: { id: string; email: string }) => {
            if ((await links.endOlder(id, email)) === 0) return
            void accountLog.note(id, 'address changed', undefined)
          },
        },
      },
    },
    plugins: [
      rules,
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

/** The address that a signed link is about: the present one, also where it is to become another. */
function readSubject(token: string): string | null {
  const claims: unknown = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || 'null',
  )
  return readText(claims, 'email')
}

interface MailRequest {
  readonly user: { readonly id: string; readonly email: string }
  readonly url: string
  readonly token: string
}
