/** What `npm start` is told by the environment: addresses, databases, where data is kept. */

import { StartError } from '../process/start-error.js'
import { readDataDir } from './data-dir.js'

export interface Settings {
  web: Address
  api: Address
  dataDir: string
  /** Whether someone else runs the databases; otherwise the embedded Postgres does. */
  hasDatabases: boolean
  /** Runs the sources, with reload, instead of a build. */
  isDev: boolean
}

export interface Address {
  /** The variable it comes from, for sentences. */
  variable: string
  /** As people open it, without a slash at the end. */
  url: string
  port: number
  /** What the server listens on. */
  host: string
}

export function readSettings(env: NodeJS.ProcessEnv, args: readonly string[]): Settings {
  const web = readAddress(env, 'BETTER_AUTH_URL', 'http://localhost:3000')
  const api = readAddress(env, 'API_URL', 'http://localhost:8000')
  if (web.port === api.port) {
    throw new StartError(
      `BETTER_AUTH_URL and API_URL both point to port ${web.port}. Give one of them another port.`,
    )
  }
  return {
    web,
    api,
    dataDir: readDataDir(env),
    hasDatabases: hasDatabases(env),
    isDev: args.includes('--dev'),
  }
}

function readAddress(env: NodeJS.ProcessEnv, variable: string, otherwise: string): Address {
  const text = env[variable] || env[`NEXT_PUBLIC_${variable}`] || otherwise
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new StartError(`${variable} must be an address such as ${otherwise}.`)
  }
  const url = new URL(text)
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return { variable, url: url.origin, port, host: env.HOST || '127.0.0.1' }
}

function hasDatabases(env: NodeJS.ProcessEnv): boolean {
  if (env.NEON_DATABASE_URL || env.DATABASE_URL) return true
  const named = ['AUTH_DATABASE_URL', 'TASKS_DATABASE_URL'].filter((name) => env[name])
  if (named.length === 0 && env.MIGRATIONS_DATABASE_URL) {
    throw new StartError(
      'Only MIGRATIONS_DATABASE_URL is set. Set AUTH_DATABASE_URL and TASKS_DATABASE_URL beside it, or none for an embedded Postgres.',
    )
  }
  if (named.length !== 1) return named.length === 2
  throw new StartError(
    `Only ${named[0]} is set. Set AUTH_DATABASE_URL and TASKS_DATABASE_URL, or neither for an embedded Postgres.`,
  )
}
