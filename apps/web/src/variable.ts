/**
 * Readers for one environment variable each: a checked value, or a sentence that names the
 * variable and the way out.
 */

/** One newest-first secret of BETTER_AUTH_SECRETS. */
export interface SecretEntry {
  readonly version: number
  readonly value: string
}

export type LogLevel = (typeof logLevels)[number]
export type Source = Readonly<Record<string, string | undefined>>

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const secretLength = 32
const makeSecret = 'Make one with: openssl rand -base64 32'

/** A variable that is missing or wrong; the message never repeats a value. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
}

/** Reads an http or https origin; a trailing slash is dropped, a path is refused. */
export function readOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new EnvError(`${name} must be an http or https address such as https://app.example.com.`)
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new EnvError(`${name} must be an address without a path, such as ${url.origin}.`)
  }
  return url.origin
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
  const port = Number(value ?? '3000')
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new EnvError('PORT must be a number from 0 to 65535.')
}

export function readAlgorithm(value: string | undefined): 'EdDSA' | 'RS256' {
  if (value === undefined || value === 'EdDSA') return 'EdDSA'
  if (value === 'RS256') return 'RS256'
  throw new EnvError('JWT_ALGORITHM must be EdDSA or RS256: the web app signs with one algorithm.')
}

/** Reads a time such as `15m` into seconds, between `least` and `most` seconds. */
export function readSpan(name: string, value: string, least: string, most: string): number {
  const seconds = toSeconds(value)
  if (seconds >= toSeconds(least) && seconds <= toSeconds(most)) return seconds
  throw new EnvError(
    `${name} must be a time such as 15m, 12h or 30d, at least ${least} and at most ${most}.`,
  )
}

/** Reads the first address that is set of AUTH_DATABASE_URL, NEON_DATABASE_URL and DATABASE_URL. */
export function readDatabaseUrl(source: Source): { url: string; variable: string } {
  const names = ['AUTH_DATABASE_URL', 'NEON_DATABASE_URL', 'DATABASE_URL']
  const name = names.find((candidate) => source[candidate]?.trim())
  if (!name) {
    throw new EnvError(
      'AUTH_DATABASE_URL is missing: set it to a Postgres address such as postgres://user:password@host/database, or run npm start at the root, which brings its own database.',
    )
  }
  const value = source[name]?.trim() ?? ''
  if (URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol))
    return { url: value, variable: name }
  throw new EnvError(`${name} must be a Postgres address that starts with postgres://.`)
}

export function readMail(source: Source): { smtpUrl: string; from: string } {
  const smtpUrl = source.SMTP_URL?.trim()
  const from = source.MAIL_FROM?.trim()
  if (!smtpUrl || !from) {
    const missing =
      !smtpUrl && !from ? 'SMTP_URL and MAIL_FROM' : smtpUrl ? 'MAIL_FROM' : 'SMTP_URL'
    throw new EnvError(
      `${missing} must be set, because people confirm their address by e-mail. For a trial on one machine set TRIAL=1 instead: mail is then shown at /dev/mail.`,
    )
  }
  if (!URL.canParse(smtpUrl) || !/^smtps?:$/.test(new URL(smtpUrl).protocol)) {
    throw new EnvError('SMTP_URL must be an address that starts with smtp:// or smtps://.')
  }
  if (!from.includes('@')) throw new EnvError('MAIL_FROM must hold an e-mail address.')
  return { smtpUrl, from }
}

export function readLogLevel(value: string | undefined): LogLevel {
  const level = logLevels.find((candidate) => candidate === (value ?? 'info'))
  if (level) return level
  throw new EnvError(`LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
}

/** Reads BETTER_AUTH_SECRET; absent when only BETTER_AUTH_SECRETS is set. */
export function readSecret(source: Source): string | null {
  const secret = source.BETTER_AUTH_SECRET?.trim()
  if (!secret) {
    if (source.BETTER_AUTH_SECRETS?.trim()) return null
    throw new EnvError(`BETTER_AUTH_SECRET is missing. ${makeSecret}`)
  }
  if (secret.length >= secretLength) return secret
  throw new EnvError(
    `BETTER_AUTH_SECRET must have at least ${secretLength} characters. ${makeSecret}`,
  )
}

/**
 * Reads BETTER_AUTH_SECRETS, `2:newest,1:older`: the first one encrypts, the others only decrypt.
 */
export function readSecrets(value: string | undefined): SecretEntry[] {
  const entries = (value?.split(',') ?? []).map(readSecretEntry)
  if (new Set(entries.map((entry) => entry.version)).size < entries.length) {
    throw new EnvError('BETTER_AUTH_SECRETS must give each version once.')
  }
  return entries
}

/** Whether a host name means this machine: `localhost`, 127.0.0.0/8 or `::1`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^::1$/.test(name)
}

function readSecretEntry(entry: string): SecretEntry {
  const match = /^\s*(\d{1,9}):(\S+)\s*$/.exec(entry)
  const value = match?.[2] ?? ''
  if (!match || value.length < secretLength) {
    throw new EnvError(
      `BETTER_AUTH_SECRETS must look like 2:newest,1:older, each secret with at least ${secretLength} characters. ${makeSecret}`,
    )
  }
  return { version: Number(match[1]), value }
}

function toSeconds(span: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(span)
  return match ? Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? Number.NaN) : Number.NaN
}
