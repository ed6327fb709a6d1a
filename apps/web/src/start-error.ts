/** A reason not to start, in a sentence for whoever starts the app; it never repeats a value. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Says why the app does not start, and ends the process. */
export function exitWith(error: unknown): never {
  process.stderr.write(`${describe(error)}\n`)
  process.exit(1)
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof StartError ? error.message : (error.stack ?? error.message)
}
