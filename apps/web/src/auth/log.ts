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

/**
 * Better Auth hands over whole errors and objects, which hold e-mail addresses and rows: of those
 * only the names and codes are written. Some of its messages name an address, which is left out.
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
        message: text.replace(/\S+@\S+/g, '(an address)'),
        ...(errors.length > 0 && { errors }),
      })
    },
  }
}

function nameError(error: unknown): string {
  if (!(error instanceof Error)) return 'an error without a message'
  const code = 'code' in error ? ` ${String(error.code)}` : ''
  return `${error.name}${code}`
}

function writeLine(line: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
