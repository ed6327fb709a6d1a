/** What a verifier says when nobody listens: the sentences are loaded when there is something to say. */
import type { VerifierEvent } from './options.js'

/** @param now milliseconds since 1970 */
export function createSpeaker(now: () => number): (event: VerifierEvent) => void {
  let say: ((event: VerifierEvent) => void) | undefined
  const unsaid: VerifierEvent[] = []
  return (event) => {
    if (say !== undefined) return say(event)
    if (!isWorthSaying(event)) return
    unsaid.push(event)
    // Each asks for itself: no request may wait for another's promise, and the module is loaded once in any case.
    import('./console-log.js').then(
      ({ createConsoleLog }) => {
        say ??= createConsoleLog(now)
        for (const each of unsaid.splice(0)) say(each)
      },
      // A package that was put together without it: silence must not end the process.
      () => undefined,
    )
  }
}

/** All else happens all the time. */
function isWorthSaying({ type }: VerifierEvent): boolean {
  return /_(failed|recovered|differs)$|^key_refused$/.test(type)
}
