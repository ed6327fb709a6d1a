/** Prepares the database now, or as soon as it can be reached. */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { isUnavailable } from './database-failure.js'
import { toFailure } from './failure.js'
import { prepareDatabase } from './prepare-database.js'

export interface StartDatabaseOptions {
  pool: pg.Pool
  /** The environment variable the address came from. */
  variable: string
  log: Logger
  /** Called once the database is ready, with the role that requests switch to. */
  onReady: (role: string) => void
  /** Called when somebody has to do something first, if that turns out only later. */
  onRefused: (error: unknown) => void
}

/** The longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 5000

/**
 * Resolves after the first attempt. A database that cannot be reached yet is tried again in the background, so
 * that the API may start before it: until then requests are answered with 503.
 *
 * @throws StartError when somebody has to do something first.
 */
export async function startDatabase(options: StartDatabaseOptions): Promise<void> {
  if (await attempt(options)) return
  keepTrying(options).catch(options.onRefused)
}

async function keepTrying(options: StartDatabaseOptions): Promise<void> {
  let pause = 250
  do {
    await wait(pause, undefined, { ref: false })
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  } while (!(await attempt(options)))
}

async function attempt({ pool, variable, log, onReady }: StartDatabaseOptions): Promise<boolean> {
  if (pool.ending) return true
  try {
    onReady(await prepareDatabase(pool, variable))
    log.info('database ready')
    return true
  } catch (error) {
    if (!isUnavailable(error)) throw error
    log.warn({ variable, failure: toFailure(error) }, 'database cannot be reached, trying again')
    return false
  }
}
