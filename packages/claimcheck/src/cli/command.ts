/** What a command is, and how its arguments are read. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { ExitCode, Io } from './io.js'

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** All that `--help` prints. */
  readonly help: string
  run(args: readonly string[], io: Io): Promise<ExitCode>
}

/** A command was called wrongly; the message says how it is called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Options = NonNullable<ParseArgsConfig['options']>

/**
 * Reads arguments strictly.
 *
 * @throws UsageError that repeats nothing but names of options: an argument may be a token
 */
export function readArguments<O extends Options>(
  args: readonly string[],
  options: O,
  { positionals = 0 } = {},
): ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>> {
  try {
    const read = parseArgs({ args: [...args], options, allowPositionals: true })
    if (read.positionals.length <= positionals) return read
  } catch (error) {
    throw new UsageError(explain(error), { cause: error })
  }
  throw new UsageError('There is an argument too many. Values belong to options: --issuer URL.')
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const option = /--[a-z][a-z-]*/.exec(message)?.[0]
  if (option === undefined) return 'An argument cannot be read.'
  return message.startsWith('Unknown option')
    ? `There is no option ${option}.`
    : `${option} cannot be read: give its value behind it, as in ${option} VALUE.`
}

/**
 * A token: `-` stands for standard input, and without an argument it is CLAIMCHECK_TOKEN. Anything around it that is
 * white space goes.
 */
export async function readToken(argument: string | undefined, io: Io): Promise<string | undefined> {
  const text = argument === '-' ? await io.readInput() : (argument ?? io.env.CLAIMCHECK_TOKEN)
  const token = text?.trim()
  return token === '' ? undefined : token
}

/** @throws UsageError unless it is an http or https address */
export function readAddress(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new UsageError(`${option} expects an address such as https://app.example.com.`)
}
