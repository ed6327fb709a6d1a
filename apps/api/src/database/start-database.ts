/** Prepares the database now, or as soon as it can be reached. */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { toFailure } from '../failure.js'
import { assertSameDatabase, prepareDatabase, readLogin, readPrepared } from './prepare-database.js'
import { isUnavailable } from './unavailable.js'

export interface StartDatabaseOptions {
  /** The pool that serves requests. */
  pool: pg.Pool
  /** The environment variable its address came from. */
  variable: string
  /** The owner of the tables, where that is another login than the one which serves. */
  owner?: { readonly pool: pg.Pool; readonly variable: string } | undefined
  /** Whether to bring the schema to this version, rather than to expect that somebody has. Default: true. */
  migrates?: boolean
  log: Logger
  /** Called once the database is ready, with the role that requests switch to. */
  onReady: (role: string) => void
  /** Called when somebody has to do something first, if that turns out only later. */
  onRefused: (error: unknown) => void
}

/** Milliseconds between two attempts: at first, and at most, so that a database that is back is soon noticed. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 1000

/**
 * Resolves after the first attempt. A database that cannot be reached yet is tried again in the background, so
 * that the API may start before it: until then requests are answered with 503.
 *
 * @throws StartError when somebody has to do something first.
 */
export async function startDatabase(options: StartDatabaseOptions): Promise<void> {
  if (await attempt(options, 'warn')) return
  keepTrying(options).catch(options.onRefused)
}

async function keepTrying(options: StartDatabaseOptions): Promise<void> {
  let pause = FIRST_PAUSE
  do {
    await wait(pause, undefined, { ref: false })
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  } while (!(await attempt(options, 'debug')))
}

/** An outage is told of once, at `level`, and not again at each attempt. */
async function attempt(options: StartDatabaseOptions, level: 'warn' | 'debug'): Promise<boolean> {
  const { pool, variable, log, onReady } = options
  if (pool.ending) return true
  try {
    onReady(await prepare(options))
    log.info('database ready')
    return true
  } catch (error) {
    if (!isUnavailable(error)) throw error
    log[level]({ variable, failure: toFailure(error) }, 'database cannot be reached, trying again')
    return false
  }
}

async function prepare(options: StartDatabaseOptions): Promise<string> {
  const { pool, variable, owner, migrates = true, log } = options
  const role = migrates
    ? await migrate(options, (migration) => log.info({ migration }, 'migrated'))
    : await readPrepared(pool, variable, owner !== undefined)
  if (owner === undefined) log.warn({ variable }, oneLogin)
  return role
}

/**
 * Brings the database to what this version needs.
 *
 * @param onMigrated Hears the name of each migration that was applied.
 * @returns the role that requests switch to.
 * @throws StartError when somebody has to do something first.
 */
export async function migrate(
  { pool, variable, owner }: Pick<StartDatabaseOptions, 'pool' | 'variable' | 'owner'>,
  onMigrated: (name: string) => void,
): Promise<string> {
  if (owner === undefined) return prepareDatabase(pool, variable, undefined, onMigrated)
  const login = await readLogin(pool, variable)
  const role = await prepareDatabase(owner.pool, owner.variable, login, onMigrated)
  await assertSameDatabase(pool)
  return role
}

const oneLogin =
  'one database login owns the tables and serves requests: SQL injected into a request could switch row-level security off. Name the owner in MIGRATIONS_DATABASE_URL and a login that owns nothing in TASKS_DATABASE_URL (docs/postgres.md)'
