/**
 * Which version of a task follows from which by changes made on this page. A change that was begun on version 3 may be
 * sent with version 4 if the step from 3 to 4 was our own, and must not be if it was somebody else's.
 */

export interface VersionChain {
  /** Notes that a change of ours led from one version to the next. */
  step(id: string, from: number, to: number): void
  /** The version that our own changes made of this one. */
  follow(id: string, version: number): number
}

export function createVersionChain(): VersionChain {
  const steps = new Map<string, number>()
  return {
    step(id, from, to) {
      // A gap means that somebody else's change lies between: then the step is not ours alone.
      if (to === from + 1) steps.set(`${id} ${from}`, to)
    },
    follow(id, version) {
      let current = version
      for (let next = steps.get(`${id} ${current}`); next !== undefined; ) {
        current = next
        next = steps.get(`${id} ${current}`)
      }
      return current
    },
  }
}
