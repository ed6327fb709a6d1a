/** The one running instance of this process. */
import type { Env } from '../env.js'
import type { Auth } from './create-auth.js'

export interface Running {
  readonly auth: Auth
  readonly env: Env
}

declare global {
  // Next.js loads a module once for each bundle it appears in, so what they share has to live on
  // the global object.
  var claimcheckWeb: Running | undefined
}

export function getRunning(): Running | undefined {
  return globalThis.claimcheckWeb
}

export function setRunning(running: Running | undefined): void {
  globalThis.claimcheckWeb = running
}
