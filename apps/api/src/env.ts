/** The only reader of the environment: every variable is checked once, and each refusal is a sentence. */
import {
  type Algorithm,
  type DatabaseAddress,
  EnvError,
  isLoopback,
  type LogLevel,
  type Revocations,
  readAlgorithms,
  readDatabase,
  readIssuerUrl,
  readLogLevel,
  readName,
  readOrigin,
  readOrigins,
  readPort,
  readRevocations,
  readSwitch,
  type Source,
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
  readonly database: DatabaseAddress
  readonly corsOrigins: readonly string[]
  /** True during a trial on one machine: refusals then carry hints. */
  readonly trial: boolean
  /** Whether people may look at what becomes of their own token. */
  readonly inspector: boolean
  readonly logLevel: LogLevel
}

/**
 * Reads and checks the environment.
 *
 * @throws EnvError with one line for each variable that is missing or wrong.
 */
export function readEnv(source: Source = process.env): Env {
  const problems: string[] = []
  const value = (name: string) => source[name]?.trim() || undefined

  function ask<Value>(read: () => Value, fallback: Value): Value {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof EnvError)) throw error
      problems.push(error.message)
      return fallback
    }
  }

  function origin(name: string, alias: string, fallback: string): string {
    const named = value(name) === undefined && value(alias) !== undefined ? alias : name
    return ask(() => readOrigin(named, value(named) ?? fallback), fallback)
  }

  const host = value('HOST') ?? '127.0.0.1'
  const appUrl = origin('BETTER_AUTH_URL', 'NEXT_PUBLIC_BETTER_AUTH_URL', 'http://localhost:3000')
  const url = origin('API_URL', 'NEXT_PUBLIC_API_URL', 'http://localhost:8000')
  const allowHttp = ask(() => readSwitch('ALLOW_HTTP_ISSUER', value('ALLOW_HTTP_ISSUER')), false)
  const jwksUrl = value('JWKS_URL') ?? `${appUrl}/api/auth/jwks`
  const trial = ask(() => readSwitch('TRIAL', value('TRIAL')), false)
  const reachable = listReachable({ host, appUrl, url })
  if (trial && reachable !== '') {
    problems.push(
      `TRIAL=1 is for one machine: ${reachable} must be localhost, or TRIAL be left out.`,
    )
  }

  const env: Env = {
    host,
    port: ask(() => readPort(value('PORT')), 0),
    url,
    issuer: ask(() => readName('JWT_ISSUER', value('JWT_ISSUER') ?? appUrl), appUrl),
    audience: ask(() => readName('JWT_AUDIENCE', value('JWT_AUDIENCE') ?? url), url),
    algorithms: ask(() => readAlgorithms(value('JWT_ALGORITHM')), []),
    jwksUrl: ask(() => readIssuerUrl('JWKS_URL', jwksUrl, allowHttp), jwksUrl),
    allowHttp,
    jwksFile: value('JWKS_FILE'),
    revocations: ask(() => readRevocations(value, appUrl, allowHttp), 'off'),
    database: ask(() => readDatabase(source), { url: '', variable: '' }),
    corsOrigins: ask(() => readOrigins('CORS_ORIGINS', value('CORS_ORIGINS') ?? appUrl), []),
    trial,
    inspector:
      ask(() => readSwitch('INSPECTOR', value('INSPECTOR'), { on: 'on', off: 'off' }), false) ||
      trial,
    logLevel: ask(() => readLogLevel(value('LOG_LEVEL')), 'info'),
  }
  if (problems.length > 0) throw new EnvError(problems.join('\n'))
  return env
}

function listReachable(env: { host: string; appUrl: string; url: string }): string {
  return [
    ['HOST', env.host] as const,
    ['BETTER_AUTH_URL', new URL(env.appUrl).hostname] as const,
    ['API_URL', new URL(env.url).hostname] as const,
  ]
    .filter(([, name]) => !isLoopback(name))
    .map(([name]) => name)
    .join(' and ')
}
