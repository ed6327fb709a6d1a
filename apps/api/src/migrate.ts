/** `npm run migrate`: brings the database of the API to this version, says what that took, and ends. */
import { inspect } from 'node:util'
import { createPool } from './database/database.js'
import { migrate } from './database/start-database.js'
import { isUnavailable, readCode } from './database/unavailable.js'
import { type Env, readEnv } from './env.js'
import { toFailure } from './failure.js'
import { StartError } from './start-error.js'

try {
  process.stdout.write(`${await run(readEnv())}\n`)
} catch (error) {
  const isKnown = error instanceof StartError
  process.stderr.write(`${isKnown ? error.message : inspect(toFailure(error))}\n`)
  process.exitCode = 1
}

async function run({ database, owner }: Env): Promise<string> {
  const { variable } = owner ?? database
  const pool = createPool(database.url, 1)
  const migrating = owner && { variable, pool: createPool(owner.url, 1) }
  const applied: string[] = []
  try {
    await migrate({ pool, variable: database.variable, owner: migrating }, (name) =>
      applied.push(name),
    )
  } catch (error) {
    if (!isUnavailable(error)) throw error
    const reason = readCode(error) ?? 'it does not answer'
    throw new StartError(
      `The database of ${variable} cannot be reached (${reason}). Start it, or correct the address.`,
      { cause: error },
    )
  } finally {
    await Promise.all([pool.end(), migrating?.pool.end()])
  }
  return `Tasks (${variable}): ${applied.length > 0 ? applied.join(', ') : 'nothing to do'}.`
}
