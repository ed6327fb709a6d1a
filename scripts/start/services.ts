/** The two apps as `npm start` runs them: which command, in which environment. */

import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ServiceOptions } from '../process/service.js'
import { root } from './data-dir.js'
import type { Settings } from './settings.js'

/** What the run itself provides, over what the environment says. */
export type Provided = { [variable: string]: string }

const packages = createRequire(import.meta.url)

export function describeWeb(settings: Settings, provided: Provided): ServiceOptions {
  const { web, isDev } = settings
  return {
    title: 'The web app',
    command: process.execPath,
    args: isDev ? ['--import', 'tsx', 'src/main.ts', '--dev'] : ['dist/main.js'],
    cwd: join(root, 'apps/web'),
    env: makeEnv(settings, web.port, provided, apiOnly),
    // Ready it is when the accounts of a trial are there, which are made through it.
    readyUrl: `http://${toLiteral(web.host)}:${web.port}/livez`,
    logFile: join(settings.dataDir, 'web.log'),
    isShown: isDev,
  }
}

export function describeApi(settings: Settings, provided: Provided): ServiceOptions {
  const { api, isDev } = settings
  const tsx = packages.resolve('tsx/cli')
  return {
    title: 'The API',
    command: process.execPath,
    args: isDev ? [tsx, 'watch', '--clear-screen=false', 'src/main.ts'] : ['dist/src/main.js'],
    cwd: join(root, 'apps/api'),
    env: makeEnv(settings, api.port, provided, webOnly),
    readyUrl: `http://${toLiteral(api.host)}:${api.port}/readyz`,
    logFile: join(settings.dataDir, 'api.log'),
    isShown: isDev,
  }
}

/** Compiles the library whenever its sources change, for `npm run dev`. */
export function describeCompiler({ dataDir }: Settings): ServiceOptions {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return {
    title: 'The compiler of the library',
    command: process.execPath,
    args: [tsc, '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
    cwd: join(root, 'packages/claimcheck'),
    env: process.env,
    logFile: join(dataDir, 'library.log'),
    isShown: true,
  }
}

/** The web app has no business with the tasks, and a port serves one of the two. */
const apiOnly = ['TASKS_DATABASE_URL', 'MIGRATIONS_DATABASE_URL', 'METRICS_PORT']

/** The API has no business with what the issuer keeps to itself. */
const webOnly = [
  'BETTER_AUTH_SECRET',
  'BETTER_AUTH_SECRETS',
  'AUTH_DATABASE_URL',
  'SMTP_URL',
  'READY_FILE',
]

function makeEnv(
  { web, api, isDev }: Settings,
  port: number,
  provided: Provided,
  withheld: readonly string[],
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...provided,
    NODE_ENV: isDev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    BETTER_AUTH_URL: web.url,
    API_URL: api.url,
    PORT: String(port),
  }
  for (const name of withheld) delete env[name]
  return env
}

/** An address that stands for all interfaces is reached through this machine's own. */
function toLiteral(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
