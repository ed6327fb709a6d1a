/** What a log may say about an error: where and what kind, never the message, which can quote what people wrote. */

export interface Failure {
  readonly name: string
  /** The SQLSTATE or errno, where there is one. */
  readonly code?: string
  /** What the page that says that it failed calls it, for whoever reports it. */
  readonly digest?: string
  /** Where it was thrown. */
  readonly at: readonly string[]
  readonly cause?: Failure
}

/** Describes an error and its causes. */
export function toFailure(error: unknown, depth = 0): Failure {
  if (!(error instanceof Error)) return { name: typeof error, at: [] }
  const code = readCode(error)
  return {
    name: error.name,
    ...(code && { code }),
    ...('digest' in error && isNumber(error.digest) && { digest: error.digest }),
    at: listFrames(error),
    ...(error.cause !== undefined && depth < 3 && { cause: toFailure(error.cause, depth + 1) }),
  }
}

/** The SQLSTATE, errno or other code that an error carries; empty when there is none. */
export function readCode(error: unknown): string {
  if (error instanceof AggregateError) return readCode(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}

/** Next.js makes these of digits; what other errors call so is theirs to say. */
function isNumber(digest: unknown): digest is string {
  return typeof digest === 'string' && /^\d{1,20}$/.test(digest)
}

/** A stack begins with the message, which may itself have lines that look like frames. */
function listFrames({ stack = '', message }: Error): string[] {
  const begin = stack.indexOf(message)
  return stack
    .slice(begin < 0 ? 0 : begin + message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*\d+:\d+\)?$/.test(line))
    .slice(0, 8)
}
