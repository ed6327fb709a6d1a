/** Tells a database that cannot serve right now from a fault of ours. */

/** Classes of SQLSTATE, and single ones, that say: not now. */
const transient = [
  /^08/, // connection exception
  /^53/, // out of connections, memory or disk
  /^57P0[123]$/, // shutting down, crashed, starting
  /^57014$/, // the statement timeout
  /^25P03$/, // the idle timeout inside a transaction
  /^25006$/, // read-only: a standby, or one that is becoming the primary
  /^40(001|P01)$/, // serialization failure, deadlock
  /^55P03$/, // the lock timeout
]

const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // a Unix socket that is not there yet
])

/** What pg says, without a code, when a connection ends or does not come about. */
const driverMessages =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Client network socket disconnected)/

/** True when trying again later may help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  const code = readCode(error)
  if (code === undefined) return driverMessages.test(error.message)
  // The pooler speaks SQLSTATE too, but for a server it cannot reach it has only 08P01.
  return network.has(code) || transient.some((pattern) => pattern.test(code))
}

/** The SQLSTATE or errno of an error. */
export function readCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
