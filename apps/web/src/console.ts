/** What Next.js and packages print, as lines of the log: whoever reads that reads one shape. */
import { stripVTControlCharacters } from 'node:util'
import type { AuthLogger } from './auth/log.js'

type Method = 'debug' | 'log' | 'info' | 'warn' | 'error'

const levels = {
  debug: 'debug',
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
} as const satisfies Record<Method, Parameters<AuthLogger['log']>[0]>

/** What Next.js quotes of a request. */
const QUOTED = /`[^`]*`/g

/** The signs that Next.js puts in front of what it says. */
const SIGN = /^[○⨯⚠▲✓»\s]+/

/**
 * Writes to the log what is printed from now on. Errors become name, code and place there, as all others do: what
 * Next.js prints of one holds its message, which could quote somebody.
 */
export function logConsole(log: AuthLogger, target: Pick<Console, Method> = console): void {
  for (const [method, level] of Object.entries(levels)) {
    // Object.entries widens the names to string.
    target[method as Method] = (...printed: readonly unknown[]) => {
      const words = printed.filter((each) => typeof each === 'string')
      const details = printed.filter((each) => typeof each !== 'string')
      const text = stripVTControlCharacters(words.join(' '))
      const said = text.replace(SIGN, '').replaceAll(QUOTED, '(left out)').trim()
      if (said || details.length > 0) log.log(level, said || 'an error', ...details)
    }
  }
}
