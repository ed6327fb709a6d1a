/** Time as a browser has it: a clock that only runs forward, one that people may set, and a timer. */

/** All times in milliseconds. */
export interface Clock {
  /** Runs forward only, and may stand still while the machine sleeps: `performance.now()`. */
  monotonic(): number
  /** Runs on while the machine sleeps, and may be wrong by hours or be set: `Date.now()`. */
  wall(): number
  /** Calls `run` after about `delay`, and gives back how to call it off. */
  after(delay: number, run: () => void): () => void
}

/** What a timer can hold: with more than this, browsers fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after(delay, run) {
    const timer = setTimeout(run, Math.min(delay, LONGEST_DELAY))
    return () => clearTimeout(timer)
  },
}

/** The same for what nobody waits for: in a process without a page, it must not keep that alive. */
export const backgroundClock: Clock = {
  ...systemClock,
  after(delay, run) {
    const timer = setTimeout(run, Math.min(delay, LONGEST_DELAY))
    if (typeof timer === 'object') timer.unref()
    return () => clearTimeout(timer)
  },
}

/**
 * Starts to measure, in milliseconds. Of the two clocks the one that went further counts: the monotonic one is right
 * while the machine is awake, the other one after it slept.
 */
export function startStopwatch(clock: Clock): () => number {
  const monotonic = clock.monotonic()
  const wall = clock.wall()
  return () => Math.max(clock.monotonic() - monotonic, clock.wall() - wall)
}

/** Waits for `promise`, but no longer than until `signal` says so: then its reason is thrown. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    const done = () => signal.removeEventListener('abort', stop)
    promise.then(resolve, reject).then(done)
  })
}

/** Waits for `delay`, or throws the reason of `signal`. */
export async function pause(clock: Clock, delay: number, signal?: AbortSignal): Promise<void> {
  let stop: (() => void) | undefined
  const elapsed = new Promise<void>((resolve) => {
    stop = clock.after(delay, resolve)
  })
  await untilAborted(elapsed, signal).finally(stop)
}
