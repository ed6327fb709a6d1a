/** Turns requests away while the process has more to do than can be done in time, so that the rest is answered soon. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ApiError } from '../errors.js'

export interface LoadOptions {
  /** Milliseconds by which the event loop was late on average since the last call. Default: measured. */
  readDelay?: () => number
  /** From 0 to 1; decides whom a partial refusal hits. Default: chance. */
  random?: () => number
}

export interface Load {
  /** Looks at the signal and moves the share that is turned away. A timer does so by itself. */
  measure(): void
  /** The part of all requests that is turned away, from 0 to 0.95. */
  readonly share: number
  /** Counts a request that is being answered, until it leaves. */
  enter(): void
  leave(): void
  /** @throws ApiError `overloaded` for the part of all requests that is turned away */
  turnAwaySome(): void
  close(): void
}

/** Milliseconds between two looks. */
const LOOK_MS = 100

/** What is still fine: milliseconds by which the event loop is late. */
const FINE_DELAY_MS = 60

/** Below so many requests at once, a late event loop is not the doing of whoever asks. */
const FEW_REQUESTS = 32

/** The most that one look adds and takes away, and where it ends. */
const STEP_UP = 0.25
const STEP_DOWN = 0.05
const MOST = 0.95

/** Milliseconds between two samples of the event loop. */
const SAMPLE_MS = 10

/** Starts measuring. */
export function createLoad(options: LoadOptions = {}): Load {
  const { readDelay = createDelayReader(), random = Math.random } = options
  let share = 0
  let inFlight = 0

  function measure(): void {
    const delay = readDelay() / FINE_DELAY_MS
    const pressure = inFlight < FEW_REQUESTS ? 0 : delay
    const step = pressure > 1 ? Math.min(STEP_UP, (pressure - 1) / 4) : -STEP_DOWN
    share = Math.min(MOST, Math.max(0, share + step))
  }

  const timer = setInterval(measure, LOOK_MS)
  timer.unref()

  return {
    measure,
    get share() {
      return share
    },
    enter: () => {
      inFlight += 1
    },
    leave: () => {
      inFlight -= 1
    },
    turnAwaySome: () => {
      if (share > 0 && random() < share) throw new ApiError('overloaded', { retryAfter: 1 })
    },
    close: () => clearInterval(timer),
  }
}

function createDelayReader(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS })
  histogram.enable()
  return () => {
    // Nothing was sampled in an event loop that did not turn: NaN. What is sampled is the time between two samples.
    const delay = histogram.mean / 1e6 - SAMPLE_MS
    histogram.reset()
    return Number.isNaN(delay) ? 0 : delay
  }
}
