/** The one running instance of this process. */
import type { FeedListener } from 'claimcheck/better-auth'
import type { Env } from '../env.js'
import type { AccountLog } from './account-log.js'
import type { Counts, Outcomes } from './counts.js'
import type { Auth } from './create-auth.js'
import type { HashLoad } from './hashing/password-hashing.js'
import type { Limiter } from './limits/limiter.js'
import type { SessionWatch } from './sessions/session-watch.js'

/** What the process counts and holds at the moment. */
export interface Figures {
  readonly signIns: Outcomes
  readonly tokens: Outcomes
  readonly hashes: HashLoad
  /** Connections to the database, and requests that wait for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number }
}

export interface Running {
  readonly auth: Auth
  readonly env: Env
  readonly limiter: Limiter
  readonly sessionWatch: SessionWatch
  readonly accountLog: AccountLog
  readonly answersFeed: FeedListener
  readonly counts: Counts
  /** The paths below /api/auth that there are. */
  readonly authPaths: readonly string[]
  readFigures(): Figures
  /** Rejects while the database cannot be reached, or is not the one of this app. */
  checkDatabase(): Promise<void>
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

/** How sign-ins and tokens ended. */
export function getCounts(): Counts {
  return readRunning().counts
}

/** Everything that the server around the app asks for. */
export function getParts(): Pick<
  Running,
  'answersFeed' | 'authPaths' | 'checkDatabase' | 'counts' | 'readFigures'
> {
  return readRunning()
}

/** The environment that the app was started with. */
export function getEnv(): Env {
  return readRunning().env
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
