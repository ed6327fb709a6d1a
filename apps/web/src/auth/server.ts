/** The one Better Auth instance of this process: started once, then asked for. */
import { checkIssuer, stopIssuer } from 'claimcheck/better-auth'
import { type Env, readEnv } from '../env.js'
import { onShutdown } from '../lifecycle.js'
import { createBackground } from './background.js'
import { type Auth, type AuthParts, createAuth, createOptions } from './create-auth.js'
import { migrate, openDatabase } from './database.js'
import { createLogger } from './log.js'
import { createMailer } from './mailer.js'
import { getRunning, type Running, setRunning } from './running.js'
import { toStartError } from './start-error.js'

/**
 * Milliseconds at shutdown for messages on their way and requests for one. Together with what
 * answers are given it stays below the ten seconds after which most supervisors kill.
 */
const mailPatience = 4_000

/**
 * Migrates the database, makes the instance and proves that it can sign tokens. Called by
 * instrumentation.ts, so that a build needs neither environment nor database.
 *
 * @throws {StartError | EnvError} with sentences for whoever starts the app.
 */
export async function startAuth(env: Env = readEnv()): Promise<void> {
  if (getRunning()) return
  const log = createLogger(env.logLevel)
  const store = openDatabase(env.database.url, (error) =>
    log.log('warn', 'A database connection broke while it was idle', error),
  )
  try {
    const background = createBackground(log)
    const mailer = createMailer(env.mail, { background, log })
    const parts: AuthParts = { database: store.database, mailer, background }
    await migrate(store.database, createOptions(env, parts))
    const auth = createAuth(env, parts)
    await checkIssuer(auth)
    setRunning({ auth, env })
    onShutdown({
      async release() {
        mailer.hurry()
        await stopIssuer(auth)
      },
      async close() {
        const left = await background.finish(mailPatience)
        if (left > 0)
          log.log('error', `Stopped before ${left} messages or requests for one were done`)
        setRunning(undefined)
        await store.close()
      },
    })
  } catch (error) {
    await store.close()
    throw toStartError(error, env.database.variable)
  }
}

/** The running instance. */
export function getAuth(): Auth {
  return readRunning().auth
}

/** The environment that the app was started with. */
export function getEnv(): Env {
  return readRunning().env
}

function readRunning(): Running {
  const running = getRunning()
  if (!running) throw new Error('Sign-in was asked for before the app started.')
  return running
}
