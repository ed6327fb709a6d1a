/** What abuse and faults of the API run on: a process of it, an embedded Postgres, an issuer that signs for anybody. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../scripts/postgres/embedded.js'
import { startChild } from '../../scripts/process/child.js'
import { findFreePort } from '../../scripts/process/port.js'
import { createProgress } from '../../scripts/process/progress.js'
import { api, buildStale, library } from '../../scripts/start/builds.js'
import { root } from '../../scripts/start/data-dir.js'
import { type LoadResult, load, toRequest } from '../api/load.js'
import { untilAnswers } from '../system.js'
import { type IssuerServer, serveIssuer } from './issuer-server.js'

export interface RunningApi {
  readonly url: string
  readonly port: number
  /** Asks the process to end, unless it has. */
  stop(): Promise<void>
}

export interface ApiStage {
  readonly url: string
  readonly port: number
  /** The process that listens there now. */
  readonly pid: number
  readonly issuer: IssuerServer
  readonly addresses: Addresses
  /** What all processes of the API logged, one object for each line. */
  readonly lines: readonly Record<string, unknown>[]
  /** The login that owns the tables. */
  readonly owner: pg.Pool
  /** Starts another process on the same database. */
  startApi(env?: Record<string, string>): Promise<RunningApi>
  /**
   * Ends the process and starts another on the same port; resolves when that one is ready, or with `isReady` false when
   * it listens.
   */
  restartApi(
    signal: 'SIGKILL' | 'SIGTERM',
    options?: { isReady?: boolean; env?: Record<string, string> },
  ): Promise<void>
  stopDatabase(): Promise<void>
  /** Starts it again; gives when it was ready, on the clock of `performance.now()`. */
  startDatabase(): Promise<number>
  /** The ids of all tasks of a person. */
  readIds(subject: string): Promise<readonly string[]>
  /** Headers of somebody with a good token. Default claims: none beside what every token has. */
  signIn(subject: string, claims?: Record<string, unknown>): Promise<Record<string, string>>
  /** Gives a person tasks with these notes. */
  fill(subject: string, tasks: number, notes: string): Promise<void>
  /** A page of a bystander, asked for on two connections for so many milliseconds. */
  measureBystander(milliseconds: number): Promise<LoadResult>
  stop(): Promise<void>
}

/** Milliseconds after which a process that does not end is killed. */
const STOP_MS = 15_000

/** Where the parts of the stage are. */
export interface Addresses {
  readonly issuer: string
  /** The login that serves requests. */
  readonly serving: string
  /** The login that owns the tables. */
  readonly owner: string
}

export interface ApiStageOptions {
  /** Environment of the API beside what the stage sets. */
  toEnv?: (addresses: Addresses) => Record<string, string> | Promise<Record<string, string>>
  /** Where the database keeps its data. Default: a folder that is removed afterwards. */
  dataDir?: string
}

/** Builds what is stale and starts it. */
export async function startApiStage(options: ApiStageOptions = {}): Promise<ApiStage> {
  const { toEnv = () => ({}) } = options
  const progress = createProgress()
  await buildStale([library], { root, progress })
  await buildStale([api], { root, progress })
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'claimcheck-bench-')))
  await mkdir(dataDir, { recursive: true })
  // When root runs the bench, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const startDatabase = (port?: number) => startPostgres({ dataDir, port, log: progress.note })
  let postgres = await startDatabase()
  const served = await serveIssuer()
  const { issuer } = served
  const addresses: Addresses = {
    issuer: served.url,
    serving: postgres.url('claimcheck_api'),
    owner: postgres.url('claimcheck_tasks'),
  }
  const lines: Record<string, unknown>[] = []
  const shared = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    LOG_LEVEL: 'fatal',
    REVOCATIONS_URL: 'off',
    TASKS_DATABASE_URL: addresses.serving,
    MIGRATIONS_DATABASE_URL: addresses.owner,
    JWT_ISSUER: issuer.options.issuer,
    JWT_AUDIENCE: String(issuer.options.audience),
    JWKS_URL: `${addresses.issuer}/jwks`,
    RATE_LIMIT_PER_MINUTE: '1000000000',
    ...(await toEnv(addresses)),
  }
  const launch = async (port: number, env: Record<string, string> = {}, isReady = true) => {
    const child = await startChild(process.execPath, ['dist/src/main.js'], {
      cwd: join(root, 'apps/api'),
      env: { ...shared, PORT: String(port), API_URL: `http://127.0.0.1:${port}`, ...env },
      output: createLineReader(lines),
    })
    await untilAnswers(`http://127.0.0.1:${port}/${isReady ? 'readyz' : 'livez'}`)
    return child
  }
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  let child = await launch(port)
  const owner = new pg.Pool({ connectionString: addresses.owner, max: 2 })
  owner.on('error', () => {})
  const signIn = async (subject: string, claims = {}) => ({
    Authorization: `Bearer ${await issuer.sign({ sub: subject, ...claims })}`,
    'Content-Type': 'application/json',
  })
  await fill(owner, 'bystander', 50, 'Ticket 212, before ten.')
  const page = toRequest('GET', '/api/me/tasks?limit=20', await signIn('bystander'))
  return {
    url,
    port,
    get pid() {
      return child.pid
    },
    issuer: served,
    addresses,
    lines,
    owner,
    signIn,
    startApi: async (env) => {
      const another = await findFreePort()
      const started = await launch(another, env)
      return {
        url: `http://127.0.0.1:${another}`,
        port: another,
        stop: async () => {
          await started.stop(STOP_MS)
        },
      }
    },
    restartApi: async (signal, { env, isReady } = {}) => {
      if (signal === 'SIGKILL') process.kill(child.pid, signal)
      await (signal === 'SIGKILL' ? child.exited : child.stop(STOP_MS))
      child = await launch(port, env, isReady)
    },
    stopDatabase: () => postgres.stop(),
    startDatabase: async () => {
      postgres = await startDatabase(postgres.port)
      return performance.now()
    },
    readIds: (subject) => readIds(owner, subject),
    fill: (...person) => fill(owner, ...person),
    measureBystander: (milliseconds) =>
      load({ port, requests: [page], connections: 2, milliseconds, status: 200 }),
    stop: async () => {
      await owner.end()
      await child.stop(STOP_MS)
      await postgres.stop()
      served.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Keeps what is JSON, and shows the rest: why a process ended. */
function createLineReader(lines: Record<string, unknown>[]): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    const whole = (rest + chunk).split('\n')
    rest = whole.pop() ?? ''
    for (const line of whole) {
      if (line.startsWith('{')) lines.push(JSON.parse(line))
      else console.log(`  ${line}`)
    }
  }
}

async function fill(owner: pg.Pool, subject: string, tasks: number, notes: string): Promise<void> {
  const client = await owner.connect()
  await client.query('begin')
  // The policies hold for the owner as well.
  await client.query("select set_config('app.user_id', $1, true)", [subject])
  await client.query('insert into claimcheck_tasks.accounts (user_id) values ($1)', [subject])
  await client.query(
    `insert into claimcheck_tasks.tasks (user_id, id, title, notes, creation)
     select $1, gen_random_uuid(), 'Task ' || n, $2, '' from generate_series(1, $3::int) n`,
    [subject, notes, tasks],
  )
  await client.query('commit')
  client.release()
  await owner.query('vacuum analyze claimcheck_tasks.tasks')
}

async function readIds(owner: pg.Pool, subject: string): Promise<readonly string[]> {
  const client = await owner.connect()
  await client.query("select set_config('app.user_id', $1, false)", [subject])
  const { rows } = await client.query<{ id: string }>(
    'select id::text from claimcheck_tasks.tasks where user_id = $1',
    [subject],
  )
  // The setting would stay on the connection.
  client.release(true)
  return rows.map(({ id }) => id)
}
