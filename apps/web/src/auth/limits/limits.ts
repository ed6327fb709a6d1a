/** Every limit of the web app, whatever it limits. */

import { availableParallelism } from 'node:os'

/** At most `max` in `window` seconds. */
export interface Limit {
  readonly window: number
  readonly max: number
}

const MINUTE = 60
const QUARTER = 15 * MINUTE
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** For each address that requests come from; what is not named here has Better Auth's own limits. */
export const addressLimits = {
  '/sign-in/email': { window: MINUTE, max: 20 },
  '/sign-up/email': { window: MINUTE, max: 20 },
} as const satisfies Readonly<Record<string, Limit>>

/** A /48 of IPv6, which one site is given, may do so many times what one of its /64 may. */
export const SITE_FACTOR = 4

/** For each e-mail address, wherever requests come from: filling one mailbox. */
export const emailLimits: Readonly<Record<string, Limit>> = {
  '/request-password-reset': { window: HOUR, max: 3 },
  '/send-verification-email': { window: HOUR, max: 3 },
}

/** Wrong passwords. */
export const failureLimits = {
  /** Signing in to one account from one address. */
  emailAndAddress: { window: QUARTER, max: 10 },
  /** Signing in to one account, from wherever. */
  email: { window: HOUR, max: 100 },
  /** On a device that signed in to the account before, which the two above leave alone. */
  knownDevice: { window: QUARTER, max: 10 },
  /** Of a person who is signed in, at everything that asks for the password again. */
  person: { window: QUARTER, max: 10 },
} as const satisfies Readonly<Record<string, Limit>>

/** Messages to one address, whoever asked for them. */
export const mailLimits = {
  kind: { window: HOUR, max: 3 },
  all: { window: DAY, max: 10 },
} as const satisfies Readonly<Record<string, Limit>>

/** For each person who looks into the inspector: enough to look, too little to fill the revocation feed. */
export const inspectorLimits = {
  token: { window: 10 * MINUTE, max: 60 },
  session: { window: 10 * MINUTE, max: 10 },
} as const satisfies Readonly<Record<string, Limit>>

/** Password hashes in one process: one fewer than there are processors leaves everybody else one. */
export const hashLimits = {
  running: Math.max(1, Math.min(2, availableParallelism() - 1)),
  waiting: 16,
  /** Seconds. */
  retryAfter: 2,
} as const

/** Of one network, before Next.js sees them: what is rendered, and files and everything below /api. */
export const requestLimits = {
  page: { window: 10, max: 100 },
  other: { window: 10, max: 2_000 },
} as const satisfies Readonly<Record<string, Limit>>

/** Of one network that are rendered at the same time; more wait for their turn. */
export const PAGES_AT_A_TIME = 2

/** What the server takes before Next.js sees it. */
export const serverLimits = {
  /** Bytes of one body. */
  body: 64 * 1024,
  /** Bytes of all bodies that have not arrived completely. */
  unfinishedBodies: 16 * 1024 * 1024,
  /** Connections of one address; of a trusted proxy any number. */
  connections: 200,
  /** Requests that one connection sends before it has an answer to the first. */
  pipelined: 4,
  /** Milliseconds for the headers to arrive, for the whole request, and for a connection to sit idle. */
  headers: 10_000,
  request: 30_000,
  /** Longer than a load balancer keeps an idle connection, or it would send into one that just closed. */
  keepAlive: 65_000,
} as const
