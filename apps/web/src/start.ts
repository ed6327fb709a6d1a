/** The app starts, or says why not and ends. */
import { startAuth } from './auth/server.js'
import { announceStart } from './lifecycle.js'
import { StartError } from './start-error.js'

/**
 * Next.js would log what is thrown here, call itself ready and answer every request with 500, so
 * nothing is.
 */
export async function startOrExit(): Promise<void> {
  try {
    await startAuth()
    announceStart()
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`)
    process.exit(1)
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof StartError ? error.message : (error.stack ?? error.message)
}
