/** `npm run migrate`: brings the database of sign-in to this version, says what that took, and ends. */
import { migrateAuth } from './auth/migrate-auth.js'
import { readEnv } from './env.js'
import { exitWith } from './start-error.js'

try {
  const env = readEnv()
  const made = await migrateAuth(env)
  // What belongs to a new table goes without saying.
  const tables = made.filter((name) => name.startsWith('table '))
  const said = tables.length > 0 ? tables : made
  const { variable } = env.database
  process.stdout.write(`Sign-in (${variable}): ${said.join(', ') || 'nothing to do'}.\n`)
  process.exit()
} catch (error) {
  exitWith(error)
}
