/** What a log may say about an error: where and what kind, never the message, which can quote what people wrote. */
import { readCode } from './database-failure.js'

export interface Failure {
  readonly name: string
  /** The SQLSTATE or errno, where there is one. */
  readonly code?: string
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
    ...(code !== undefined && { code }),
    at: toFrames(error.stack),
    ...(error.cause !== undefined && depth < 3 && { cause: toFailure(error.cause, depth + 1) }),
  }
}

function toFrames(stack = ''): string[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*\d+:\d+\)?$/.test(line))
    .slice(0, 8)
}
