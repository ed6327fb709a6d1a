/** The one running instance of this process. */
import type { FeedListener } from 'claimcheck/better-auth'
import type { Env } from '../env.js'
import type { AccountLog } from './account-log.js'
import type { Auth } from './create-auth.js'
import type { Limiter } from './limits/limiter.js'
import type { SessionWatch } from './sessions/session-watch.js'

export interface Running {
  readonly auth: Auth
  readonly env: Env
  readonly limiter: Limiter
  readonly sessionWatch: SessionWatch
  readonly accountLog: AccountLog
  readonly answersFeed: FeedListener
}

declare global {
  // Next.js loads a module once for each bundle it appears in, so what they share has to live on
  // the global object.
  var claimcheckWeb: Running | undefined
}

/** The running instance; asked for by pages and routes only, which pass it on. */
export function getAuth(): Auth {
  return readRunning().auth
}

/** What happened to accounts. */
export function getAccountLog(): AccountLog {
  return readRunning().accountLog
}

/** What counts for this app. */
export function getLimiter(): Limiter {
  return readRunning().limiter
}

/** Tells open pages of the end of their session. */
export function getSessionWatch(): SessionWatch {
  return readRunning().sessionWatch
}

/** The environment that the app was started with. */
export function getEnv(): Env {
  return readRunning().env
}

/** Answers requests for the revocation feed. */
export function getFeedListener(): FeedListener {
  return readRunning().answersFeed
}

export function getRunning(): Running | undefined {
  return globalThis.claimcheckWeb
}

export function setRunning(running: Running | undefined): void {
  globalThis.claimcheckWeb = running
}

function readRunning(): Running {
  const running = getRunning()
  if (!running) throw new Error('Sign-in was asked for before the app started.')
  return running
}
