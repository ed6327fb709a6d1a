/**
 * A system as it is deployed, beside the trial: addresses are confirmed, mail goes out by SMTP, and
 * attempts are counted. It runs the same build on a database of its own.
 */

import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { listServer } from '../../../scripts/postgres/processes.js'
import { type Child, startChild } from '../../../scripts/process/child.js'
import { findFreePort } from '../../../scripts/process/port.js'
import { type Service, startService } from '../../../scripts/process/service.js'
import { type MailServer, startMailServer } from '../src/auth/mail/_mail-server.js'

export interface Deployment {
  /** Origin of the web app. */
  readonly url: string
  /** Origin of the API. */
  readonly apiUrl: string
  /** What the web app keeps people and sessions in. */
  readonly authDatabase: string
  /** What the API keeps its tasks in. */
  readonly tasksDatabase: string
  readonly mail: MailServer
  /** What the web app has printed, on either output. */
  readWebLog(): Promise<readonly string[]>
  /** Ends the Postgres of both. */
  stopDatabases(): Promise<void>
  /** Starts it again, where it was and with what it held. */
  startDatabases(): Promise<void>
  /** Has it hang: it keeps every connection, takes new ones, and answers none. Gives what lets it go on. */
  holdDatabases(): Promise<() => void>
  /** Has one table of the web app hang, and nothing else. Gives what lets it go on. */
  holdTable(name: string): Promise<() => Promise<void>>
  /** Ends the process of the API. */
  stopApi(): Promise<void>
  /** Starts it again, and waits until it is ready. */
  startApi(): Promise<void>
  close(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Nothing of what this process was started with, so that it is the same system everywhere. */
const plainEnv = {
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
} as const
const GRACE_MS = 10_000

export async function startDeployment(): Promise<Deployment> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-deployment-'))
  // When root runs the tests, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const [mail, databasePort, webPort, apiPort] = await Promise.all([
    startMailServer(),
    findFreePort(),
    findFreePort(),
    findFreePort(),
  ])
  let databases = await startDatabases(dataDir, databasePort)
  const url = `http://localhost:${webPort}`
  const apiUrl = `http://localhost:${apiPort}`
  const env = {
    ...plainEnv,
    BETTER_AUTH_URL: url,
    API_URL: apiUrl,
    RATE_LIMIT_PER_MINUTE: '100000',
  }
  const web = await startService({
    title: 'The web app',
    command: process.execPath,
    args: ['dist/main.js'],
    cwd: join(root, 'apps/web'),
    env: {
      ...env,
      PORT: String(webPort),
      BETTER_AUTH_SECRET: randomBytes(32).toString('base64url'),
      AUTH_DATABASE_URL: databases.auth,
      SMTP_URL: mail.url,
      MAIL_FROM: 'Claimcheck <hello@example.com>',
    },
    readyUrl: `${url}/readyz`,
    logFile: join(dataDir, 'web.log'),
  })
  const startApi = () =>
    startService({
      title: 'The API',
      command: process.execPath,
      args: ['dist/src/main.js'],
      cwd: join(root, 'apps/api'),
      env: {
        ...env,
        PORT: String(apiPort),
        TASKS_DATABASE_URL: databases.tasks,
        MIGRATIONS_DATABASE_URL: databases.owner,
      },
      readyUrl: `${apiUrl}/readyz`,
      logFile: join(dataDir, 'api.log'),
    })
  let api: Service = await startApi()
  await Promise.all([web.ready(), api.ready()])
  return {
    url,
    apiUrl,
    authDatabase: databases.auth,
    tasksDatabase: databases.tasks,
    mail,
    readWebLog: async () =>
      (await readFile(join(dataDir, 'web.log'), 'utf8')).split('\n').filter((line) => line !== ''),
    async stopDatabases() {
      await databases.child.stop(GRACE_MS)
    },
    async startDatabases() {
      databases = await startDatabases(dataDir, databasePort)
    },
    async holdDatabases() {
      const client = new pg.Client({ connectionString: databases.auth })
      await client.connect()
      const pids = await listServer(client)
      await client.end()
      const signalAll = (signal: 'SIGSTOP' | 'SIGCONT') => {
        for (const pid of pids) sendSignal(pid, signal)
      }
      signalAll('SIGSTOP')
      return () => signalAll('SIGCONT')
    },
    async holdTable(name) {
      const client = new pg.Client({ connectionString: databases.auth })
      await client.connect()
      await client.query(`begin; lock table claimcheck_auth.${name}`)
      return () => client.end()
    },
    async stopApi() {
      await api.child.stop(GRACE_MS)
    },
    async startApi() {
      api = await startApi()
      await api.ready()
    },
    async close() {
      await Promise.all([web.child.stop(GRACE_MS), api.child.stop(GRACE_MS)])
      mail.close()
      await databases.child.stop(GRACE_MS)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** To a process that may have ended. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The embedded Postgres, by the command that prints where its databases are. */
async function startDatabases(dataDir: string, port: number) {
  let printed = ''
  let look = () => {}
  const child: Child = await startChild(process.execPath, ['--import', 'tsx', 'scripts/db.ts'], {
    cwd: root,
    env: { ...plainEnv, DATA_DIR: dataDir, DB_PORT: String(port) },
    output(chunk) {
      printed += chunk
      look()
    },
  })
  const read = (name: string) => new RegExp(`^${name}=(.+)\\n`, 'm').exec(printed)?.[1]
  return new Promise<{ child: Child; auth: string; tasks: string; owner: string }>(
    (resolve, reject) => {
      look = () => {
        const [auth, tasks] = [read('AUTH_DATABASE_URL'), read('TASKS_DATABASE_URL')]
        const owner = read('MIGRATIONS_DATABASE_URL')
        if (auth && tasks && owner) resolve({ child, auth, tasks, owner })
      }
      look()
      void child.exited.then(() => reject(new Error(`The database did not start: ${printed}`)))
    },
  )
}
