/** For tests: timers and clock are driven by hand, while signatures are made and checked for real. */
import nodeCrypto from 'node:crypto'
import { vi } from 'vitest'

const jobs = ['sign', 'verify', 'digest', 'importKey', 'generateKey', 'exportKey'] as const
let running = 0

/** Takes over timers and clock, and watches the cryptography that the event loop does meanwhile. */
export function driveTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  // In development a refusal waits for a file with hints, which time driven by hand does not know of.
  vi.stubEnv('NODE_ENV', 'production')
  running = 0
  for (const job of jobs) watch(job)
  watchVerify()
}

export function releaseTime(): void {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
}

/** Lets everything happen that can happen without time passing. */
export async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 5; ) {
    await new Promise((resolve) => setImmediate(resolve))
    quiet = running === 0 ? quiet + 1 : 0
  }
}

/** Lets time pass in steps, each one settled before the next. */
export async function advance(milliseconds: number, step = 100): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += step) {
    await settle()
    await vi.advanceTimersByTimeAsync(Math.min(step, milliseconds - passed))
  }
  await settle()
}

/** How a promise ended: the code of its error, or 'accepted'; and how much time had to pass for it. */
export interface Ending {
  readonly code: string
  readonly waited: number
  readonly retryAfter: number | undefined
}

/** Lets time pass until the promise settles. */
export async function endingOf(promise: Promise<unknown>): Promise<Ending> {
  const since = Date.now()
  let end: { code: string; retryAfter?: number } | undefined
  promise.then(
    () => {
      end = { code: 'accepted' }
    },
    (error) => {
      end = error
    },
  )
  await settle()
  for (let count = 0; count < 500 && end === undefined; count += 1) {
    await vi.advanceTimersByTimeAsync(10)
    await settle()
  }
  const { code, retryAfter } = end ?? { code: 'pending' }
  return { code, retryAfter, waited: Date.now() - since }
}

function watch(job: (typeof jobs)[number]): void {
  const real = crypto.subtle[job] as (...parameters: unknown[]) => Promise<unknown>
  const watched = async (...parameters: unknown[]) => {
    running += 1
    try {
      return await real.apply(crypto.subtle, parameters)
    } finally {
      running -= 1
    }
  }
  // The overloads of SubtleCrypto have no common type; what goes in and out is passed on as it is.
  vi.spyOn(crypto.subtle, job).mockImplementation(watched as never)
}

/** Signatures are checked there on Node, which tells the end to a callback. */
function watchVerify(): void {
  const real = nodeCrypto.verify as (...parameters: unknown[]) => unknown
  const watched = (...parameters: unknown[]) => {
    const callback = parameters.pop() as (error: Error | null, isGood: boolean) => void
    running += 1
    return real(...parameters, (error: Error | null, isGood: boolean) => {
      running -= 1
      callback(error, isGood)
    })
  }
  vi.spyOn(nodeCrypto, 'verify').mockImplementation(watched as never)
}
