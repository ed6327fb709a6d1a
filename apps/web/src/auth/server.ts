/** Starts the one Better Auth instance of this process. */
import { checkIssuer, createFeedListener, stopIssuer } from 'claimcheck/better-auth'
import { type Env, readEnv } from '../env.js'
import { onShutdown } from '../lifecycle.js'
import { createCounts } from './counts.js'
import { type Auth, createAuth } from './create-auth.js'
import { getProvidedHashing, type PasswordHashing } from './hashing/password-hashing.js'
import { createLogger } from './log.js'
import { prepareDatabase } from './migrate-auth.js'
import { createParts } from './parts.js'
import { getRunning, setRunning } from './running.js'
import { createSessionWatch } from './sessions/session-watch.js'
import { openDatabase } from './store/database.js'
import { toStartError } from './store/database-failure.js'
import { openRedis } from './store/redis.js'

/**
 * Milliseconds at shutdown for messages on their way and requests for one. Together with what
 * answers are given it stays below the ten seconds after which most supervisors kill.
 */
const MAIL_PATIENCE = 4_000

export interface StartOptions {
  /** How passwords are hashed. Default: as the server around the app provides, else as Better Auth does. */
  readonly hashing?: PasswordHashing
}

/**
 * Migrates the database, makes the instance and proves that it can sign tokens. Called by
 * instrumentation.ts, so that a build needs neither environment nor database.
 *
 * @throws {StartError} with sentences for whoever starts the app.
 */
export async function startAuth(
  env: Env = readEnv(),
  { hashing = getProvidedHashing() }: StartOptions = {},
): Promise<void> {
  if (getRunning()) return
  const log = createLogger(env.logLevel)
  const redis = env.redisUrl === null ? null : openRedis(env.redisUrl, log)
  const onIdleError = (error: Error) =>
    log.log('warn', 'A database connection broke while it was idle', error)
  const store = openDatabase(env.database.url, onIdleError)
  try {
    const parts = createParts(env, { store, log, redis, hashing })
    const { accountLog, background, limiter, mailer, passwords } = parts
    await prepareDatabase(env, parts)
    const auth = createAuth(env, parts)
    await checkIssuer(auth)
    const sessionWatch = createSessionWatch({ listLiving: (ids) => listLivingSessions(auth, ids) })
    const answersFeed = await createFeedListener(auth)
    const counts = createCounts()
    setRunning({
      auth,
      env,
      limiter,
      sessionWatch,
      accountLog,
      answersFeed,
      counts,
      authPaths: listPaths(auth),
      checkDatabase: () => store.check(),
      readFigures: () => ({
        signIns: counts.signIns,
        tokens: counts.tokens,
        hashes: passwords.load(),
        pool: store.count(),
      }),
    })
    onShutdown({
      async release() {
        mailer.hurry()
        sessionWatch.close()
        await stopIssuer(auth)
      },
      async close() {
        const left = await background.finish(MAIL_PATIENCE)
        if (left > 0)
          log.log('error', `Stopped before ${left} messages or requests for one were done`)
        setRunning(undefined)
        redis?.disconnect()
        await store.close()
      },
    })
  } catch (error) {
    redis?.disconnect()
    await store.close()
    throw toStartError(error, env.database.variable)
  }
}

function listPaths({ api }: Auth): string[] {
  const endpoints: { path?: string }[] = Object.values(api)
  return endpoints.flatMap(({ path }) => path ?? [])
}

async function listLivingSessions(auth: Auth, ids: readonly string[]): Promise<readonly string[]> {
  const { adapter } = await auth.$context
  const sessions = await adapter.findMany<{ id: string }>({
    model: 'session',
    where: [
      { field: 'id', operator: 'in', value: [...ids] },
      { field: 'expiresAt', operator: 'gt', value: new Date() },
    ],
    limit: ids.length,
  })
  return sessions.map(({ id }) => id)
}
