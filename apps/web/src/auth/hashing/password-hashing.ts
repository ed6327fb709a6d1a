/** Password hashes, a few at a time: each takes a processor for a tenth of a second, and 32 MB. */
import { APIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { hashLimits } from '../limits/limits.js'

/** What Better Auth's `emailAndPassword.password` option takes. */
export interface PasswordHashing {
  hash(password: string): Promise<string>
  verify(given: { hash: string; password: string }): Promise<boolean>
}

/** How many hashes run, and how many wait for their turn. */
export interface HashLoad {
  readonly running: number
  readonly waiting: number
}

/** Password hashes with a queue before them. */
export interface QueuedHashing extends PasswordHashing {
  load(): HashLoad
}

export interface PasswordHashingOptions {
  /** How the work is done. Default: Better Auth's scrypt. */
  readonly hashing?: PasswordHashing
  /** How many hashes run at the same time. Default: two, or one on two processors. */
  readonly running?: number
  /** How many more may wait for their turn. Default: sixteen, which is less than a second's worth. */
  readonly waiting?: number
}

declare global {
  // The server around Next.js makes it, and the app inside uses it.
  var claimcheckHashing: PasswordHashing | undefined
}

/** Has the app hash passwords in this way. */
export function provideHashing(hashing: PasswordHashing): void {
  globalThis.claimcheckHashing = hashing
}

/** The way that was provided. */
export function getProvidedHashing(): PasswordHashing | undefined {
  return globalThis.claimcheckHashing
}

/** Whoever comes when the queue is full is asked to come again, whether or not there is an account. */
export function createPasswordHashing(options: PasswordHashingOptions = {}): QueuedHashing {
  const {
    hashing = { hash: hashPassword, verify: verifyPassword },
    running: mostRunning = hashLimits.running,
    waiting: mostWaiting = hashLimits.waiting,
  } = options
  const waiting: (() => void)[] = []
  let running = 0

  async function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < mostRunning) running += 1
    else if (waiting.length >= mostWaiting) throw busy()
    // Whoever finishes hands the place on, so that nobody slips in between.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  return {
    hash: (password) => takeTurn(() => hashing.hash(password)),
    verify: (given) => takeTurn(() => hashing.verify(given)),
    load: () => ({ running, waiting: waiting.length }),
  }
}

function busy(): APIError {
  return new APIError(
    'SERVICE_UNAVAILABLE',
    { message: 'Too many passwords are being checked', code: 'OVERLOADED' },
    { 'retry-after': String(hashLimits.retryAfter) },
  )
}
