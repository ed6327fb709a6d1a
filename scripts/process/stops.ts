/** What has to be stopped when a run ends, and in which order. */

export interface Stops {
  /** Remembers how to stop something. Once the run has ended, it is stopped at once. */
  add(stop: () => Promise<unknown>): void
  /** Stops everything, what was started last first. */
  run(): Promise<void>
}

export function createStops(): Stops {
  const pending: (() => Promise<unknown>)[] = []
  let hasEnded = false
  return {
    add(stop) {
      if (hasEnded) void stop()
      else pending.push(stop)
    },
    async run() {
      hasEnded = true
      for (let stop = pending.pop(); stop !== undefined; stop = pending.pop()) await stop()
    },
  }
}
