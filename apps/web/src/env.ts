/**
 * The only reader of the environment: every variable is checked once, and each refusal is a
 * sentence.
 */
import {
  EnvError,
  isLoopback,
  type LogLevel,
  readAlgorithm,
  readDatabaseUrl,
  readLogLevel,
  readMail,
  readOrigin,
  readPort,
  readSecret,
  readSecrets,
  readSpan,
  readSwitch,
  type SecretEntry,
  type Source,
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
  /** Null during a trial, where mail goes to the outbox. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null
  readonly authRateLimit: boolean
  readonly logLevel: LogLevel
}

/**
 * Reads and checks the environment.
 *
 * @throws {EnvError} with one line for each variable that is missing or wrong.
 */
export function readEnv(source: Source = process.env): Env {
  const problems: string[] = []
  function ask<T>(read: () => T, fallback: T): T {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof EnvError)) throw error
      problems.push(error.message)
      return fallback
    }
  }
  const value = (name: string) => source[name]?.trim() || undefined
  function origin(name: string, alias: string | null, fallback: string): string {
    const named = alias !== null && !value(name) && value(alias) ? alias : name
    return ask(() => readOrigin(named, value(named) ?? fallback), fallback)
  }

  const host = value('HOST') ?? '127.0.0.1'
  const appUrl = origin('BETTER_AUTH_URL', 'NEXT_PUBLIC_BETTER_AUTH_URL', 'http://localhost:3000')
  const apiUrl = origin('API_URL', 'NEXT_PUBLIC_API_URL', 'http://localhost:8000')
  const reachable = listReachable({ host, appUrl, apiUrl })
  const trial = ask(() => readSwitch('TRIAL', value('TRIAL')), false)
  const unlimited = ask(
    () => readSwitch('AUTH_RATE_LIMIT', value('AUTH_RATE_LIMIT'), { on: 'off', off: 'on' }),
    false,
  )
  const inspector = ask(
    () => readSwitch('INSPECTOR', value('INSPECTOR'), { on: 'on', off: 'off' }),
    false,
  )
  if (reachable && trial) {
    problems.push(
      `TRIAL=1 is for one machine: ${reachable} must be localhost, or TRIAL be left out.`,
    )
  }
  if (reachable && unlimited) {
    problems.push(
      `AUTH_RATE_LIMIT=off is for tests on one machine: ${reachable} must be localhost, or it be left out.`,
    )
  }

  const env: Env = {
    public: { appUrl, apiUrl, trial, inspector: inspector || trial },
    host,
    port: ask(() => readPort(value('PORT')), 3000),
    apiInternalUrl: origin('API_INTERNAL_URL', null, apiUrl),
    issuer: value('JWT_ISSUER') ?? appUrl,
    audience: value('JWT_AUDIENCE') ?? apiUrl,
    algorithm: ask(() => readAlgorithm(value('JWT_ALGORITHM')), 'EdDSA'),
    expiration: ask(
      () => readSpan('JWT_EXPIRATION', value('JWT_EXPIRATION') ?? '15m', '1m', '24h'),
      0,
    ),
    rotation: ask(() => readSpan('JWT_ROTATION', value('JWT_ROTATION') ?? '30d', '1h', '366d'), 0),
    secret: ask(() => readSecret(source), null),
    secrets: ask(() => readSecrets(value('BETTER_AUTH_SECRETS')), []),
    database: ask(() => readDatabaseUrl(source), { url: '', variable: '' }),
    mail: trial ? null : ask(() => readMail(source), null),
    authRateLimit: !unlimited,
    logLevel: ask(() => readLogLevel(value('LOG_LEVEL')), 'info'),
  }
  if (problems.length > 0) throw new EnvError(problems.join('\n'))
  return env
}

function listReachable(env: { host: string; appUrl: string; apiUrl: string }): string {
  return [
    ['HOST', env.host] as const,
    ['BETTER_AUTH_URL', new URL(env.appUrl).hostname] as const,
    ['API_URL', new URL(env.apiUrl).hostname] as const,
  ]
    .filter(([, name]) => !isLoopback(name))
    .map(([name]) => name)
    .join(' and ')
}
