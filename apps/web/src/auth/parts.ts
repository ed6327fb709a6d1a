/** What Better Auth is put together from, for a start and for migrations alone. */
import type { Redis } from 'ioredis'
import type { Env } from '../env.js'
import { createAccountLog } from './account-log.js'
import type { AuthParts } from './create-auth.js'
import { createEmailLinks } from './email-links.js'
import { createPasswordHashing, type PasswordHashing } from './hashing/password-hashing.js'
import { createLimiter } from './limits/limiter.js'
import type { AuthLogger } from './log.js'
import { createBackground } from './mail/background.js'
import { createMailer } from './mail/mailer.js'
import type { AuthStore } from './store/database.js'

export interface PartsOptions {
  readonly store: AuthStore
  readonly log: AuthLogger
  /** Null keeps sessions and counts in the database. */
  readonly redis: Redis | null
  /** How passwords are hashed. Default: scrypt, as Better Auth does it. */
  readonly hashing?: PasswordHashing | undefined
}

/** Nothing of it asks the database before it is used. */
export function createParts(env: Env, { store, log, redis, hashing }: PartsOptions) {
  const { database, pool } = store
  const background = createBackground(log)
  const limiter = createLimiter({ pool, redis, log })
  const mailLimiter = env.authRateLimit ? limiter : null
  return {
    database,
    mailer: createMailer(env.mail, { background, log, limiter: mailLimiter }),
    background,
    log,
    limiter,
    links: createEmailLinks(database),
    accountLog: createAccountLog(database, background),
    passwords: createPasswordHashing(hashing ? { hashing } : {}),
    redis,
  } satisfies AuthParts
}
