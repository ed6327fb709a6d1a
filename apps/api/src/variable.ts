/** Readers for one environment variable each: a checked value, or a sentence that names the variable and the way out. */

export type Source = Readonly<Record<string, string | undefined>>
export type LogLevel = (typeof logLevels)[number]
export type Algorithm = 'EdDSA' | 'RS256'

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** A variable that is missing or wrong; the message never repeats a value. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
}

/** Where the database is, and which variable said so. */
export interface DatabaseAddress {
  readonly url: string
  readonly variable: string
}

/** Reads an http or https origin; a trailing slash is dropped, a path is refused. */
export function readOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new EnvError(`${name} must be an http or https address such as https://app.example.com.`)
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new EnvError(`${name} must be an address without a path, such as ${url.origin}.`)
  }
  return url.origin
}

/** Reads a list of origins, separated by commas. */
export function readOrigins(name: string, value: string): string[] {
  return value.split(',').map((part) => {
    const origin = part.trim()
    if (origin === '*') {
      throw new EnvError(
        `${name} must list the origins that may call this API, such as https://app.example.com; * is not one.`,
      )
    }
    return readOrigin(name, origin)
  })
}

/**
 * Reads the address of something the issuer publishes. Plain http passes on loopback, and elsewhere only with
 * `allowHttp`: whoever can change the keys on their way can sign tokens.
 */
export function readIssuerUrl(name: string, value: string, allowHttp: boolean): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new EnvError(
      `${name} must be an http or https address such as https://app.example.com/api/auth/jwks.`,
    )
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowHttp) {
    throw new EnvError(
      `${name} (by default below BETTER_AUTH_URL) must use https. On a private network, set ALLOW_HTTP_ISSUER=1 to allow http.`,
    )
  }
  return url.href
}

/** How ended sessions are looked up: where the feed is, what happens without it, and where its last document is kept. */
export type Revocations =
  | 'off'
  | { readonly url: string; readonly whenStale: 'accept' | 'refuse'; readonly store?: string }

/** Reads REVOCATIONS_URL, REVOCATIONS_WHEN_STALE and REVOCATIONS_FILE. */
export function readRevocations(
  value: (name: string) => string | undefined,
  appUrl: string,
  allowHttp: boolean,
): Revocations {
  const url = value('REVOCATIONS_URL') ?? `${appUrl}/api/auth/revocations`
  if (url === 'off') return 'off'
  const whenStale = value('REVOCATIONS_WHEN_STALE') ?? 'accept'
  if (whenStale !== 'accept' && whenStale !== 'refuse') {
    throw new EnvError('REVOCATIONS_WHEN_STALE must be accept or refuse.')
  }
  const store = value('REVOCATIONS_FILE')
  return {
    url: readIssuerUrl('REVOCATIONS_URL', url, allowHttp),
    whenStale,
    ...(store !== undefined && { store }),
  }
}

/** True when the variable holds `on`, false when it is absent or holds `off`; anything else is refused. */
export function readSwitch(
  name: string,
  value: string | undefined,
  { on = '1', off = '0' } = {},
): boolean {
  if (value === undefined || value === off) return false
  if (value === on) return true
  throw new EnvError(`${name} can only be ${on} or ${off}, or be left out.`)
}

export function readPort(value: string | undefined): number {
  const text = value ?? '8000'
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new EnvError('PORT must be a number from 0 to 65535.')
}

/** Reads the algorithms tokens may be signed with; both while an issuer changes over. */
export function readAlgorithms(value: string | undefined): Algorithm[] {
  const names = (value ?? 'EdDSA').split(',').map((name) => name.trim())
  const algorithms = names.filter((name) => name === 'EdDSA' || name === 'RS256')
  if (algorithms.length === names.length && new Set(names).size === names.length) return algorithms
  throw new EnvError('JWT_ALGORITHM must be EdDSA, RS256, or both as EdDSA,RS256.')
}

/** Reads a name that both sides must be given alike. */
export function readName(name: string, value: string): string {
  if (/^[!-~]{1,255}$/.test(value)) return value
  throw new EnvError(
    `${name} must have 1 to 255 visible ASCII characters, and be the same for the web app.`,
  )
}

/** Reads the first that is set of TASKS_DATABASE_URL, NEON_DATABASE_URL and DATABASE_URL. */
export function readDatabase(source: Source): DatabaseAddress {
  const names = ['TASKS_DATABASE_URL', 'NEON_DATABASE_URL', 'DATABASE_URL']
  const variable = names.find((name) => source[name]?.trim())
  if (variable === undefined) {
    throw new EnvError(
      'TASKS_DATABASE_URL is missing: set it to a Postgres address such as postgres://user:password@host/database, or run npm start at the root, which brings its own database.',
    )
  }
  const url = source[variable]?.trim() ?? ''
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return { url, variable }
  throw new EnvError(`${variable} must be a Postgres address that starts with postgres://.`)
}

export function readLogLevel(value: string | undefined): LogLevel {
  const level = logLevels.find((candidate) => candidate === (value ?? 'info'))
  if (level !== undefined) return level
  throw new EnvError(`LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
}

/** Whether a host name means this machine: `localhost`, 127.0.0.0/8 or `::1`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^::1$/.test(name)
}
