/** The one Better Auth instance of this process: started once, then asked for. */
import { checkIssuer, stopIssuer } from 'claimcheck/better-auth'
import { type Env, readEnv } from '../env.js'
import { onShutdown } from '../lifecycle.js'
import { type Auth, createAuth, createOptions } from './create-auth.js'
import { migrate, openDatabase } from './database.js'
import { createLogger } from './log.js'
import { createMailer } from './mailer.js'
import { getRunning, type Running, setRunning } from './running.js'
import { toStartError } from './start-error.js'

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
    const sendMail = createMailer(env.mail)
    await migrate(store.database, createOptions(env, store.database, sendMail))
    const auth = createAuth(env, store.database, sendMail)
    await checkIssuer(auth)
    setRunning({ auth, env })
    onShutdown({
      release: () => stopIssuer(auth),
      async close() {
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
