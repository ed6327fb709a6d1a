/** The one error whose message is written for the person at the terminal. */

/** Thrown when a script cannot go on; its message says what happened and what to do. */
export class StartError extends Error {
  override name = 'StartError'
}

/** Prints why a script stopped: the sentence of a StartError, the stack of anything unforeseen. */
export function printFailure(error: unknown): void {
  if (error instanceof StartError) {
    console.error(`\n${error.message}`)
    return
  }
  console.error(error)
}
