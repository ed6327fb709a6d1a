/** What is the matter with a database, at start and later. */
import { BetterAuthError } from 'better-auth'
import { StartError } from '../../start-error.js'
import { readCode } from '../failure.js'

/** What is the matter with a database, by SQLSTATE or errno, and what to do. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^(E[A-Z_]+|08...)$/, 'cannot be reached: start it, or correct the address'],
  [/^28/, 'does not accept the user or the password: correct them in the address'],
  [/^3D000$/, 'is not there: create it, or correct its name in the address'],
  [/^42501$/, 'does not let this user create a schema: grant CREATE on the database'],
  [/^(53|57P0)/, 'has no room for another connection, or is stopping: try again'],
]

/** What pg says, without a code, when a connection ends or does not come about. */
const driverMessages =
  /^(timeout exceeded when trying to connect|Connection terminated|Client was closed|Query read timeout)/

/**
 * Turns what went wrong at start into a sentence.
 *
 * @param variable The environment variable that holds the address of the database.
 */
export function toStartError(error: unknown, variable: string): Error {
  if (error instanceof StartError) return error
  if (error instanceof BetterAuthError) return new StartError(error.message, { cause: error })
  const code = readCode(error)
  const remedy = remedies.find(([pattern]) => pattern.test(code))?.[1]
  if (remedy)
    return new StartError(`The database of ${variable} ${remedy} (${code}).`, { cause: error })
  if (isDatabaseFailure(error)) {
    return new StartError(
      `The database of ${variable} does not answer: start it, or correct the address.`,
      {
        cause: error,
      },
    )
  }
  return error instanceof Error ? error : new StartError('The app did not start.', { cause: error })
}

/** Whether a query came to no end in its time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** Whether trying again later may help: the database is away, full or stopping. */
export function isDatabaseFailure(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseFailure)
  const code = readCode(error)
  if (code)
    return /^(E(CONN|PIPE|TIMEDOUT|HOST|NET|NOTFOUND|AI_AGAIN|NOENT)|08|3D000|53|57P0|25006)/.test(
      code,
    )
  return error instanceof Error && driverMessages.test(error.message)
}
