/** What a command may reach of the world, so that tests can put another one there. */

/** How a command ends, as documented in docs/command-line.md. */
export const exitCodes = {
  /** Nothing wrong was found; warnings may have been. */
  good: 0,
  /** Something is wrong. */
  faults: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** Nothing wrong was found, and something that was to be looked at did not answer. */
  unknown: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>
  /** All of standard input. */
  readonly readInput: () => Promise<string>
  /** Writes a text and a line end to standard output. */
  readonly print: (text: string) => void
  /** Writes a text and a line end to standard error. */
  readonly complain: (text: string) => void
  /** Whether a person reads along: then there are signs and colours. */
  readonly isTerminal: boolean
}
