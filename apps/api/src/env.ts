/** The only reader of the environment: every variable is checked once, and each refusal is a sentence. */
import { z } from 'zod'
import { StartError } from './start-error.js'
import {
  algorithms,
  isLoopback,
  issuerUrl,
  origin,
  origins,
  postgresUrl,
  proxies,
  redisUrl,
  sharedName,
  toggle,
  wholeNumber,
} from './variable.js'

/** Everything the API is configured by. */
export interface Env {
  readonly host: string
  readonly port: number
  /** The address clients reach this API at. */
  readonly url: string
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly Algorithm[]
  readonly jwksUrl: string
  /** Whether the keys may come over plain http from beyond this machine. */
  readonly allowHttp: boolean
  /** Where the last good key set is kept, or undefined for nowhere. */
  readonly jwksFile: string | undefined
  /** How ended sessions are looked up, or 'off'. */
  readonly revocations: Revocations
  /** Where the database is, and which variable said so. */
  readonly database: DatabaseAddress
  /** The owner of the tables, or undefined where one login does everything. */
  readonly owner: DatabaseAddress | undefined
  /** Whether the start brings the database to this version, rather than to expect that somebody has. */
  readonly migratesAtStart: boolean
  /** Where several processes count together, or undefined for the database. */
  readonly redisUrl: string | undefined
  /** Addresses and ranges whose X-Forwarded-For is believed; `loopback` stands for this machine. */
  readonly trustedProxies: readonly string[]
  /** Requests a minute: of one person, and of one address without a token. */
  readonly rateLimit: number
  /** Milliseconds between the signal to stop and the end of listening, for balancers to notice. */
  readonly stopPause: number
  /** Where Prometheus is answered: on the API's own port, on another, or nowhere. */
  readonly metrics: 'own port' | number | null
  readonly corsOrigins: readonly string[]
  /** True during a trial on one machine: refusals then carry hints. */
  readonly trial: boolean
  /** Whether people may look at what becomes of their own token. */
  readonly inspector: boolean
  readonly logLevel: (typeof logLevels)[number]
}

/** Where a database is, and which variable said so. */
export interface DatabaseAddress {
  readonly url: string
  readonly variable: string
}

/**
 * How ended sessions are looked up: where the feed is, what happens without it, and where its last document is kept.
 */
export type Revocations =
  | 'off'
  | { readonly url: string; readonly whenStale: 'accept' | 'refuse'; readonly store?: string }

type Algorithm = 'EdDSA' | 'RS256'
type Source = Readonly<Record<string, string | undefined>>
type Values = z.output<typeof variables>

/** Variables of which the first that is set counts, and the others are not looked at. */
const alternatives = [
  ['BETTER_AUTH_URL', 'NEXT_PUBLIC_BETTER_AUTH_URL'],
  ['API_URL', 'NEXT_PUBLIC_API_URL'],
  ['TASKS_DATABASE_URL', 'NEON_DATABASE_URL', 'DATABASE_URL'],
] as const

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const noDatabase =
  'TASKS_DATABASE_URL is missing: set it to a Postgres address such as postgres://user:password@host/database, or run npm start at the root, which brings its own database.'

/** One schema for each variable. What follows from several of them is further down. */
const variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  BETTER_AUTH_URL: origin('BETTER_AUTH_URL').optional(),
  NEXT_PUBLIC_BETTER_AUTH_URL: origin('NEXT_PUBLIC_BETTER_AUTH_URL').optional(),
  API_URL: origin('API_URL').optional(),
  NEXT_PUBLIC_API_URL: origin('NEXT_PUBLIC_API_URL').optional(),
  ALLOW_HTTP_ISSUER: toggle('ALLOW_HTTP_ISSUER'),
  TRIAL: toggle('TRIAL'),
  PORT: wholeNumber('PORT', 0, 65_535).default(8000),
  JWT_ISSUER: sharedName('JWT_ISSUER').optional(),
  JWT_AUDIENCE: sharedName('JWT_AUDIENCE').optional(),
  JWT_ALGORITHM: algorithms('JWT_ALGORITHM').default(['EdDSA']),
  JWKS_URL: issuerUrl('JWKS_URL').optional(),
  JWKS_FILE: z.string().optional(),
  REVOCATIONS_URL: issuerUrl('REVOCATIONS_URL', 'off').optional(),
  REVOCATIONS_WHEN_STALE: z
    .enum(['accept', 'refuse'], { error: 'REVOCATIONS_WHEN_STALE must be accept or refuse.' })
    .default('accept'),
  REVOCATIONS_FILE: z.string().optional(),
  TASKS_DATABASE_URL: postgresUrl('TASKS_DATABASE_URL', noDatabase).optional(),
  MIGRATIONS_DATABASE_URL: postgresUrl('MIGRATIONS_DATABASE_URL').optional(),
  MIGRATE_AT_START: toggle('MIGRATE_AT_START', { on: 'on', off: 'off', byDefault: 'on' }),
  NEON_DATABASE_URL: postgresUrl('NEON_DATABASE_URL').optional(),
  DATABASE_URL: postgresUrl('DATABASE_URL').optional(),
  REDIS_URL: redisUrl('REDIS_URL').optional(),
  TRUSTED_PROXIES: proxies('TRUSTED_PROXIES').default(['loopback']),
  RATE_LIMIT_PER_MINUTE: wholeNumber('RATE_LIMIT_PER_MINUTE', 1, 1_000_000_000).default(600),
  STOP_PAUSE_SECONDS: wholeNumber('STOP_PAUSE_SECONDS', 0, 300).default(0),
  CORS_ORIGINS: origins('CORS_ORIGINS').optional(),
  METRICS: toggle('METRICS', { on: 'on', off: 'off', byDefault: 'on' }),
  METRICS_PORT: wholeNumber('METRICS_PORT', 0, 65_535).optional(),
  INSPECTOR: toggle('INSPECTOR', { on: 'on', off: 'off' }),
  LOG_LEVEL: z
    .enum(logLevels, { error: `LOG_LEVEL must be one of ${logLevels.join(', ')}.` })
    .default('info'),
})

const environment = variables
  .refine((values) => values.TRIAL !== true || listReachable(values) === '', {
    // What the issue is about is what was looked at.
    error: ({ input }) =>
      `TRIAL=1 is for one machine: ${listReachable(input as Values)} must be localhost, or TRIAL be left out.`,
    when: always,
  })
  .refine((values) => isGuarded(values, toJwksUrl(values)), {
    error: notGuarded('JWKS_URL'),
    when: always,
  })
  .refine((values) => isGuarded(values, toFeedUrl(values)), {
    error: notGuarded('REVOCATIONS_URL'),
    when: always,
  })

/**
 * Reads and checks the environment.
 *
 * @throws StartError with one line for each variable that is missing or wrong.
 */
export function readEnv(source: Source = process.env): Env {
  const parsed = environment.safeParse(listGiven(source))
  if (!parsed.success) {
    throw new StartError(parsed.error.issues.map(({ message }) => message).join('\n'))
  }
  const values = parsed.data
  const appUrl = toAppUrl(values)
  const url = toUrl(values)
  return {
    host: values.HOST,
    port: values.PORT,
    url,
    issuer: values.JWT_ISSUER ?? appUrl,
    audience: values.JWT_AUDIENCE ?? url,
    algorithms: values.JWT_ALGORITHM,
    jwksUrl: toJwksUrl(values),
    allowHttp: values.ALLOW_HTTP_ISSUER,
    jwksFile: values.JWKS_FILE,
    revocations: toRevocations(values),
    database: toDatabase(values),
    owner: toOwner(values),
    migratesAtStart: values.MIGRATE_AT_START,
    redisUrl: values.REDIS_URL,
    trustedProxies: values.TRUSTED_PROXIES,
    rateLimit: values.RATE_LIMIT_PER_MINUTE,
    stopPause: values.STOP_PAUSE_SECONDS * 1000,
    metrics: values.METRICS ? (values.METRICS_PORT ?? 'own port') : null,
    corsOrigins: values.CORS_ORIGINS ?? [appUrl],
    trial: values.TRIAL,
    inspector: values.INSPECTOR || values.TRIAL,
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
  // Absent altogether, it is refused like a wrong one, in its place among the others.
  const [, , databases] = alternatives
  if (!databases.some((name) => name in given)) given[databases[0]] = ''
  return given
}

/** The checks that look at several variables run even if one of these is wrong, and then pass over it. */
function always(): boolean {
  return true
}

function toAppUrl(values: Values): string {
  return values.BETTER_AUTH_URL ?? values.NEXT_PUBLIC_BETTER_AUTH_URL ?? 'http://localhost:3000'
}

function toUrl(values: Values): string {
  return values.API_URL ?? values.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000'
}

function toJwksUrl(values: Values): string {
  return values.JWKS_URL ?? `${toAppUrl(values)}/api/auth/jwks`
}

function toFeedUrl(values: Values): string {
  return values.REVOCATIONS_URL ?? `${toAppUrl(values)}/api/auth/revocations`
}

function toRevocations(values: Values): Revocations {
  const url = toFeedUrl(values)
  if (url === 'off') return 'off'
  const store = values.REVOCATIONS_FILE
  return { url, whenStale: values.REVOCATIONS_WHEN_STALE, ...(store !== undefined && { store }) }
}

function toDatabase(values: Values): Env['database'] {
  const [, , databases] = alternatives
  const variable = databases.find((name) => values[name] !== undefined) ?? databases[0]
  return { url: values[variable] ?? '', variable }
}

function toOwner({ MIGRATIONS_DATABASE_URL: url }: Values): DatabaseAddress | undefined {
  return url === undefined ? undefined : { url, variable: 'MIGRATIONS_DATABASE_URL' }
}

/** False for plain http over a network: whoever can change the keys on their way can sign tokens. */
function isGuarded({ ALLOW_HTTP_ISSUER: allowed }: Values, url: string): boolean {
  if (allowed || !URL.canParse(url)) return true
  const { protocol, hostname } = new URL(url)
  return protocol !== 'http:' || isLoopback(hostname)
}

function notGuarded(name: string): string {
  return `${name} (by default below BETTER_AUTH_URL) must use https. On a private network, set ALLOW_HTTP_ISSUER=1 to allow http.`
}

function listReachable(values: Values): string {
  return [
    ['HOST', values.HOST] as const,
    ['BETTER_AUTH_URL', toHostname(toAppUrl(values))] as const,
    ['API_URL', toHostname(toUrl(values))] as const,
  ]
    .filter(([, name]) => name !== undefined && !isLoopback(name))
    .map(([name]) => name)
    .join(' and ')
}

function toHostname(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}
