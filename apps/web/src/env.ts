/**
 * The only reader of the environment: every variable is checked once, and each refusal is a
 * sentence.
 */
import { z } from 'zod'
import { StartError } from './start-error.js'
import {
  isLoopback,
  type LogLevel,
  logLevels,
  origin,
  postgresUrl,
  proxies,
  redisUrl,
  type SecretEntry,
  secret,
  secrets,
  sharedName,
  smtpUrl,
  span,
  toggle,
  wholeNumber,
} from './variable.js'

/** What a browser may know; read at run time, so that one build serves every environment. */
export interface PublicEnv {
  /** Origin of this web app, without a trailing slash. */
  readonly appUrl: string
  /** Origin of the task API, as browsers reach it. */
  readonly apiUrl: string
  /** True during a trial on one machine: ready-made accounts, mail outbox. */
  readonly trial: boolean
  /** Whether people may look at what becomes of their own token. */
  readonly inspector: boolean
}

/** Everything the web server is configured by. */
export interface Env {
  readonly public: PublicEnv
  readonly host: string
  readonly port: number
  /** Where this server, rather than a browser, reaches the API. */
  readonly apiInternalUrl: string
  readonly issuer: string
  readonly audience: string
  readonly algorithm: 'EdDSA' | 'RS256'
  /** Longest lifetime of a token, in seconds. */
  readonly expiration: number
  /** How long one key signs, in seconds. */
  readonly rotation: number
  /** Null when only `secrets` are given. */
  readonly secret: string | null
  /** Newest first; empty when only `secret` is given. */
  readonly secrets: readonly SecretEntry[]
  /** The address and the variable it was read from, to name in a refusal. */
  readonly database: { readonly url: string; readonly variable: string }
  /** Whether the start brings the database to this version, rather than to expect that somebody has. */
  readonly migratesAtStart: boolean
  /** Null during a trial, where mail goes to the outbox. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null
  readonly authRateLimit: boolean
  /** Where several processes count and keep sessions together; null for the database. */
  readonly redisUrl: string | null
  /** Addresses and ranges whose X-Forwarded-For is believed; `loopback` stands for this machine. */
  readonly trustedProxies: readonly string[]
  /** Milliseconds between the signal to stop and the end of listening, for balancers to notice. */
  readonly stopPause: number
  /** A file that somebody makes when the start is complete, as `npm start` does; null where nobody does. */
  readonly readyFile: string | null
  /** Where Prometheus is answered: on the app's own port, on another, or nowhere. */
  readonly metrics: 'own port' | number | null
  readonly logLevel: LogLevel
}

type Source = Readonly<Record<string, string | undefined>>
type Values = z.output<typeof variables>

/** Variables of which the first that is set counts, and the others are not looked at. */
const alternatives = [
  ['BETTER_AUTH_URL', 'NEXT_PUBLIC_BETTER_AUTH_URL'],
  ['API_URL', 'NEXT_PUBLIC_API_URL'],
  ['AUTH_DATABASE_URL', 'NEON_DATABASE_URL', 'DATABASE_URL'],
] as const

const noDatabase =
  'AUTH_DATABASE_URL is missing: set it to a Postgres address such as postgres://user:password@host/database, or run npm start at the root, which brings its own database.'

/** One schema for each variable. What follows from several of them is further down. */
const variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  BETTER_AUTH_URL: origin('BETTER_AUTH_URL').optional(),
  NEXT_PUBLIC_BETTER_AUTH_URL: origin('NEXT_PUBLIC_BETTER_AUTH_URL').optional(),
  API_URL: origin('API_URL').optional(),
  NEXT_PUBLIC_API_URL: origin('NEXT_PUBLIC_API_URL').optional(),
  TRIAL: toggle('TRIAL'),
  AUTH_RATE_LIMIT: toggle('AUTH_RATE_LIMIT', { on: 'off', off: 'on' }),
  INSPECTOR: toggle('INSPECTOR', { on: 'on', off: 'off' }),
  PORT: wholeNumber('PORT', 0, 65_535).default(3000),
  API_INTERNAL_URL: origin('API_INTERNAL_URL').optional(),
  JWT_ISSUER: sharedName('JWT_ISSUER').optional(),
  JWT_AUDIENCE: sharedName('JWT_AUDIENCE').optional(),
  JWT_ALGORITHM: z
    .enum(['EdDSA', 'RS256'], {
      error: 'JWT_ALGORITHM must be EdDSA or RS256: the web app signs with one algorithm.',
    })
    .default('EdDSA'),
  JWT_EXPIRATION: span('JWT_EXPIRATION', '1m', '24h').default(15 * 60),
  JWT_ROTATION: span('JWT_ROTATION', '1h', '366d').default(30 * 86_400),
  BETTER_AUTH_SECRET: secret('BETTER_AUTH_SECRET').optional(),
  BETTER_AUTH_SECRETS: secrets('BETTER_AUTH_SECRETS').optional(),
  AUTH_DATABASE_URL: postgresUrl('AUTH_DATABASE_URL', noDatabase).optional(),
  MIGRATE_AT_START: toggle('MIGRATE_AT_START', { on: 'off', off: 'on' }),
  NEON_DATABASE_URL: postgresUrl('NEON_DATABASE_URL').optional(),
  DATABASE_URL: postgresUrl('DATABASE_URL').optional(),
  SMTP_URL: smtpUrl('SMTP_URL').optional(),
  MAIL_FROM: z
    .string()
    .includes('@', { error: 'MAIL_FROM must hold an e-mail address.' })
    .optional(),
  REDIS_URL: redisUrl('REDIS_URL').optional(),
  TRUSTED_PROXIES: proxies('TRUSTED_PROXIES').default(['loopback']),
  METRICS: toggle('METRICS', { on: 'off', off: 'on' }),
  METRICS_PORT: wholeNumber('METRICS_PORT', 0, 65_535).optional(),
  STOP_PAUSE_SECONDS: wholeNumber('STOP_PAUSE_SECONDS', 0, 300).default(0),
  READY_FILE: z.string().optional(),
  LOG_LEVEL: z
    .enum(logLevels, { error: `LOG_LEVEL must be one of ${logLevels.join(', ')}.` })
    .default('info'),
})

/**
 * Reads and checks the environment.
 *
 * @throws {StartError} with one line for each variable that is missing or wrong.
 */
export function readEnv(source: Source = process.env): Env {
  const given = listGiven(source)
  const parsed = variables.safeParse(given)
  const issues = parsed.success ? [] : parsed.error.issues
  const sentences = [...listContradictions(given), ...issues.map(({ message }) => message)]
  if (!parsed.success || sentences.length > 0) throw new StartError(sentences.join('\n'))
  const values = parsed.data
  const appUrl = toAppUrl(values)
  const apiUrl = toApiUrl(values)
  return {
    public: {
      appUrl,
      apiUrl,
      trial: values.TRIAL,
      inspector: values.INSPECTOR || values.TRIAL,
    },
    host: values.HOST,
    port: values.PORT,
    apiInternalUrl: values.API_INTERNAL_URL ?? apiUrl,
    issuer: values.JWT_ISSUER ?? appUrl,
    audience: values.JWT_AUDIENCE ?? apiUrl,
    algorithm: values.JWT_ALGORITHM,
    expiration: values.JWT_EXPIRATION,
    rotation: values.JWT_ROTATION,
    secret: values.BETTER_AUTH_SECRET ?? null,
    secrets: values.BETTER_AUTH_SECRETS ?? [],
    database: toDatabase(values),
    migratesAtStart: !values.MIGRATE_AT_START,
    mail: toMail(values),
    authRateLimit: !values.AUTH_RATE_LIMIT,
    redisUrl: values.REDIS_URL ?? null,
    trustedProxies: values.TRUSTED_PROXIES,
    stopPause: values.STOP_PAUSE_SECONDS * 1000,
    readyFile: values.READY_FILE ?? null,
    metrics: values.METRICS ? null : (values.METRICS_PORT ?? 'own port'),
    logLevel: values.LOG_LEVEL,
  }
}

/** What is set to more than white space; of alternatives the first. */
function listGiven(source: Source): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of Object.keys(variables.shape)) {
    const value = source[name]?.trim()
    if (value) given[name] = value
  }
  for (const names of alternatives) {
    const [, ...others] = names.filter((name) => name in given)
    for (const name of others) delete given[name]
  }
  // Absent altogether, these are refused like a wrong one.
  const [, , databases] = alternatives
  if (!databases.some((name) => name in given)) given[databases[0]] = ''
  if (!('BETTER_AUTH_SECRETS' in given)) given.BETTER_AUTH_SECRET ??= ''
  return given
}

/** What no variable shows alone. A variable that is wrong by itself is passed over. */
function listContradictions(given: Readonly<Record<string, string>>): string[] {
  const sentences: string[] = []
  const reachable = listReachable(given)
  if (reachable && given.TRIAL === '1') {
    sentences.push(
      `TRIAL=1 is for one machine: ${reachable} must be localhost, or TRIAL be left out.`,
    )
  }
  if (reachable && given.AUTH_RATE_LIMIT === 'off') {
    sentences.push(
      `AUTH_RATE_LIMIT=off is for tests on one machine: ${reachable} must be localhost, or it be left out.`,
    )
  }
  const missing = ['SMTP_URL', 'MAIL_FROM'].filter((name) => !(name in given)).join(' and ')
  if (missing && given.TRIAL !== '1') {
    sentences.push(
      `${missing} must be set, because people confirm their address by e-mail. For a trial on one machine set TRIAL=1 instead: mail is then shown at /dev/mail.`,
    )
  }
  return sentences
}

type Addresses = {
  readonly [Name in (typeof alternatives)[0 | 1][number]]?: string | undefined
}

function toAppUrl(values: Addresses): string {
  return values.BETTER_AUTH_URL ?? values.NEXT_PUBLIC_BETTER_AUTH_URL ?? 'http://localhost:3000'
}

function toApiUrl(values: Addresses): string {
  return values.API_URL ?? values.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000'
}

function toDatabase(values: Values): Env['database'] {
  const [, , databases] = alternatives
  const variable = databases.find((name) => values[name] !== undefined) ?? databases[0]
  return { url: values[variable] ?? '', variable }
}

function toMail({ TRIAL, SMTP_URL, MAIL_FROM }: Values): Env['mail'] {
  return TRIAL || !SMTP_URL || !MAIL_FROM ? null : { smtpUrl: SMTP_URL, from: MAIL_FROM }
}

function listReachable(given: Readonly<Record<string, string>>): string {
  return [
    ['HOST', given.HOST ?? '127.0.0.1'] as const,
    ['BETTER_AUTH_URL', toHostname(toAppUrl(given))] as const,
    ['API_URL', toHostname(toApiUrl(given))] as const,
  ]
    .filter(([, name]) => name !== undefined && !isLoopback(name))
    .map(([name]) => name)
    .join(' and ')
}

function toHostname(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}
