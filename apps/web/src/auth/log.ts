/**
 * The log, in the shape of the API's: one line of JSON each, with messages but never the values that
 * came along with them.
 */
import pino from 'pino'
import type { LogLevel } from '../variable.js'
import { toFailure } from './failure.js'

type Level = 'debug' | 'info' | 'warn' | 'error'

/** What Better Auth's `logger` option takes. */
export interface AuthLogger {
  readonly disabled: boolean
  readonly level: Level
  log(level: Level, message: string, ...details: unknown[]): void
}

/** The log of the process. */
export interface AppLogger extends AuthLogger {
  /** Writes fields as they are, so nothing that somebody wrote may be among them. */
  write(at: Level, message: string, fields: Readonly<Record<string, string | number>>): void
  /** Resolves when every line has been handed over, or nobody takes them. */
  flush(): Promise<void>
}

const levels: Readonly<Record<LogLevel, Level>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
  silent: 'error',
}

/** Milliseconds that the last lines get to leave a process that ends. */
const FLUSH_PATIENCE = 500

/** Bytes that wait for whoever reads the log. */
const MOST_WAITING = 1024 * 1024

/** Characters of a message that are looked at. */
const LONGEST = 300

/** The messages that quote an address somebody wants to be led to, and what is written instead. */
const quoting: readonly (readonly [known: RegExp, written: string])[] = [
  [/^(Invalid [A-Za-z]{1,40}:) .*$/s, '$1 (left out)'],
  [/^(If it's a valid URL, please add) .*$/s, '$1 it to trustedOrigins in your auth config'],
]

/**
 * Better Auth hands over whole errors and objects, which hold e-mail addresses and rows: of those
 * only the kind and the place are written. Some of its messages quote an address or what a stranger
 * sent along, of any length, which is left out.
 *
 * @param stream Where the lines go. Default: standard output.
 */
export function createLogger(
  level: LogLevel,
  stream: pino.DestinationStream = openStream(),
): AppLogger {
  const options = { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime }
  const log = pino(options, stream)
  return {
    disabled: level === 'silent',
    level: levels[level],
    log(at, message, ...details) {
      // Some of its callers give the error itself as the message.
      const given: unknown[] = [message, ...details]
      const [failure, ...others] = given.filter((detail) => detail instanceof Error)
      const line = {
        ...(failure && { failure: toFailure(failure) }),
        ...(others.length > 0 && { others: others.map((other) => toFailure(other)) }),
      }
      log[at](line, withoutInput(typeof message === 'string' ? message : 'an error'))
    },
    write: (at, message, fields) => log[at](fields, message),
    flush: () =>
      new Promise((resolve) => {
        const late = setTimeout(resolve, FLUSH_PATIENCE)
        log.flush(() => {
          clearTimeout(late)
          resolve()
        })
      }),
  }
}

/** Takes time in proportion to `longest`, whatever the text is. */
function withoutInput(text: string): string {
  const start = text.slice(0, LONGEST)
  for (const [known, written] of quoting) {
    if (known.test(start)) return start.replace(known, written)
  }
  const isCut = text.length > LONGEST
  const written = start.replace(/\S+/g, (word, at: number) => {
    // Of a word that was cut nobody knows whether it was an address.
    if (isCut && at + word.length === LONGEST) return ''
    return word.lastIndexOf('@') > 0 ? '(an address)' : word
  })
  return isCut ? `${written.trimEnd()} …` : written
}

/**
 * A log that nobody reads must not stop the app, nor keep it from ending: what waits for a reader is bounded, and what
 * comes on top of it is left out.
 */
function openStream(output: NodeJS.WriteStream = process.stdout): pino.DestinationStream {
  // Whoever read the log has gone away. The app has not. Once is enough for all loggers of one output.
  if (!output.listeners('error').includes(ignore)) output.on('error', ignore)
  const stream = {
    write(line: string) {
      if (output.writableLength < MOST_WAITING) output.write(line)
    },
    // pino asks for it when it is asked itself.
    flush: (done: () => void) => void output.write('', () => done()),
  }
  return stream
}

function ignore(): void {}
