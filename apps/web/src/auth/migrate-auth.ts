/** The migrations of sign-in, with as much time as they take, which a request does not have. */
import type { Env } from '../env.js'
import { type AuthParts, createOptions } from './create-auth.js'
import { type AuthLogger, createLogger } from './log.js'
import { createParts } from './parts.js'
import { type AuthStore, openDatabase } from './store/database.js'
import { toStartError } from './store/database-failure.js'
import { assertMigrated, migrate } from './store/migrate.js'

/**
 * Brings the database up to date, for a command that does only that.
 *
 * @returns What was made.
 * @throws {StartError} with a sentence for whoever runs it.
 */
export async function migrateAuth(env: Env): Promise<string[]> {
  const log = createLogger('silent')
  const store = openPatient(env, log)
  try {
    const parts = createParts(env, { store, log, redis: null })
    return await migrate(store.database, createOptions(env, parts))
  } catch (error) {
    throw toStartError(error, env.database.variable)
  } finally {
    await store.close()
  }
}

/** Brings the database up to date at a start, or expects that somebody has. */
export async function prepareDatabase(env: Env, parts: AuthParts): Promise<void> {
  const store = openPatient(env, parts.log)
  try {
    const options = createOptions(env, parts)
    if (!env.migratesAtStart) {
      return await assertMigrated(store.database, options, env.database.variable)
    }
    const made = await migrate(store.database, options)
    if (made.length > 0) parts.log.log('info', `migrated: ${made.length} things made`)
  } finally {
    await store.close()
  }
}

function openPatient(env: Env, log: AuthLogger): AuthStore {
  const onIdleError = (error: Error) =>
    log.log('warn', 'A database connection broke while it was idle', error)
  return openDatabase(env.database.url, onIdleError, { queryTimeout: 0 })
}
