/**
 * Better Auth's log: one line of JSON each, with messages but never the values that came along
 * with them.
 */
import type { LogLevel } from '../variable.js'

type Level = 'debug' | 'info' | 'warn' | 'error'

/** What Better Auth's `logger` option takes. */
export interface AuthLogger {
  readonly disabled: boolean
  readonly level: Level
  log(level: Level, message: string, ...details: unknown[]): void
}

const order: readonly Level[] = ['debug', 'info', 'warn', 'error']
const levels: Readonly<Record<LogLevel, Level>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
  silent: 'error',
}

/** Characters of a message that are looked at. */
const longest = 300

/** The messages that quote an address somebody wants to be led to, and what is written instead. */
const quoting: readonly (readonly [known: RegExp, written: string])[] = [
  [/^(Invalid [A-Za-z]{1,40}:) .*$/s, '$1 (left out)'],
  [/^(If it's a valid URL, please add) .*$/s, '$1 it to trustedOrigins in your auth config'],
]

/**
 * Better Auth hands over whole errors and objects, which hold e-mail addresses and rows: of those
 * only the names and codes are written. Some of its messages quote an address or what a stranger sent
 * along, of any length, which is left out.
 */
export function createLogger(level: LogLevel, write = writeLine): AuthLogger {
  return {
    disabled: level === 'silent',
    level: levels[level],
    log(at, message, ...details) {
      if (level === 'silent' || order.indexOf(at) < order.indexOf(levels[level])) return
      const errors = details.filter((detail) => detail instanceof Error).map(nameError)
      const text = typeof message === 'string' ? message : nameError(message)
      write({
        level: at,
        time: new Date().toISOString(),
        app: 'web',
        message: withoutInput(text),
        ...(errors.length > 0 && { errors }),
      })
    },
  }
}

/** Takes time in proportion to `longest`, whatever the text is. */
function withoutInput(text: string): string {
  const start = text.slice(0, longest)
  for (const [known, written] of quoting) {
    if (known.test(start)) return start.replace(known, written)
  }
  const isCut = text.length > longest
  const written = start.replace(/\S+/g, (word, at: number) => {
    // Of a word that was cut nobody knows whether it was an address.
    if (isCut && at + word.length === longest) return ''
    return word.lastIndexOf('@') > 0 ? '(an address)' : word
  })
  return isCut ? `${written.trimEnd()} …` : written
}

function nameError(error: unknown): string {
  if (!(error instanceof Error)) return 'an error without a message'
  const code = 'code' in error ? ` ${String(error.code)}` : ''
  return `${error.name}${code}`
}

function writeLine(line: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
