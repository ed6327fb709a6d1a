/** The app starts, or says why not and ends. */
import { startAuth } from './auth/server.js'
import { announceStart } from './lifecycle.js'
import { exitWith } from './start-error.js'

/**
 * Next.js would log what is thrown here, call itself ready and answer every request with 500, so
 * nothing is.
 */
export async function startOrExit(): Promise<void> {
  try {
    await startAuth()
    announceStart()
  } catch (error) {
    exitWith(error)
  }
}
