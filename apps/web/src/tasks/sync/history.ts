/** What was done on this page and can be taken back, the newest last: for longer than the message that offers it. */

export interface Step {
  /** Says what taking it back did; null where the page shows it by itself. */
  readonly undone: string | null
  run(): void
}

export interface History {
  /** Gives back how to forget the step: it was taken back, or has failed. */
  add(step: Step): () => void
  /** Takes back the newest step and forgets it; null when there is none. */
  undoLast(): Step | null
}

/** Steps beyond it are forgotten, the oldest first. */
const LIMIT = 100

export function createHistory(): History {
  let steps: readonly Step[] = []

  function forget(step: Step): void {
    steps = steps.filter((other) => other !== step)
  }

  return {
    add(step) {
      steps = [...steps, step].slice(-LIMIT)
      return () => forget(step)
    },
    undoLast() {
      const step = steps.at(-1)
      if (step === undefined) return null
      forget(step)
      step.run()
      return step
    },
  }
}
