/** What abuse and faults of the API run on: a process of it, an embedded Postgres, an issuer that signs for anybody. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestIssuer } from 'claimcheck/testing'
import pg from 'pg'
import { startPostgres } from '../../scripts/postgres/embedded.js'
import { startChild } from '../../scripts/process/child.js'
import { findFreePort } from '../../scripts/process/port.js'
import { createProgress } from '../../scripts/process/progress.js'
import { api, buildStale, library } from '../../scripts/start/builds.js'
import { root } from '../../scripts/start/data-dir.js'
import { type LoadResult, load, toRequest } from '../api/load.js'
import { untilAnswers } from '../system.js'

export interface RunningApi {
  readonly url: string
  readonly port: number
  /** Asks the process to end, unless it has. */
  stop(): Promise<void>
}

export interface ApiStage {
  readonly url: string
  readonly port: number
  /** The login that owns the tables. */
  readonly owner: pg.Pool
  /** Starts another process on the same database. */
  startApi(): Promise<RunningApi>
  /** Ends the process and starts another on the same port; resolves when that one is ready. */
  restartApi(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Stops the database and starts it again; `back` is when it was ready, on the clock of `performance.now()`. */
  restartDatabase(): Promise<{ back: number }>
  /** The ids of all tasks of a person. */
  readIds(subject: string): Promise<readonly string[]>
  /** Headers of somebody with a good token. */
  signIn(subject: string): Promise<Record<string, string>>
  /** Gives a person tasks with these notes. */
  fill(subject: string, tasks: number, notes: string): Promise<void>
  /** A page of a bystander, asked for on two connections for so many milliseconds. */
  measureBystander(milliseconds: number): Promise<LoadResult>
  stop(): Promise<void>
}

/** Milliseconds after which a process that does not end is killed. */
const STOP_MS = 15_000

/** Builds what is stale and starts it. */
export async function startApiStage(env: Record<string, string> = {}): Promise<ApiStage> {
  const progress = createProgress()
  await buildStale([library], { root, progress })
  await buildStale([api], { root, progress })
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  // When root runs the bench, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  let postgres = await startPostgres({ dataDir, log: progress.note })
  const issuer = await createTestIssuer()
  const keys = createServer(async (_, response) => {
    const answer = await issuer.fetch(issuer.options.jwksUrl)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve))
  const shared = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    LOG_LEVEL: 'fatal',
    REVOCATIONS_URL: 'off',
    TASKS_DATABASE_URL: postgres.url('claimcheck_api'),
    MIGRATIONS_DATABASE_URL: postgres.url('claimcheck_tasks'),
    JWT_ISSUER: issuer.options.issuer,
    JWT_AUDIENCE: String(issuer.options.audience),
    JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`,
    RATE_LIMIT_PER_MINUTE: '1000000000',
    ...env,
  }
  const launch = async (port: number) => {
    const child = await startChild(process.execPath, ['dist/src/main.js'], {
      cwd: join(root, 'apps/api'),
      env: { ...shared, PORT: String(port), API_URL: `http://127.0.0.1:${port}` },
      output: 2,
    })
    await untilAnswers(`http://127.0.0.1:${port}/readyz`)
    return child
  }
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  let child = await launch(port)
  const owner = new pg.Pool({ connectionString: postgres.url('claimcheck_tasks'), max: 2 })
  owner.on('error', () => {})
  const signIn = async (subject: string) => ({
    Authorization: `Bearer ${await issuer.sign({ sub: subject })}`,
    'Content-Type': 'application/json',
  })
  await fill(owner, 'bystander', 50, 'Ticket 212, before ten.')
  const page = toRequest('GET', '/api/me/tasks?limit=20', await signIn('bystander'))
  return {
    url,
    port,
    owner,
    signIn,
    startApi: async () => {
      const another = await findFreePort()
      const started = await launch(another)
      return {
        url: `http://127.0.0.1:${another}`,
        port: another,
        stop: async () => {
          await started.stop(STOP_MS)
        },
      }
    },
    restartApi: async (signal) => {
      if (signal === 'SIGKILL') process.kill(child.pid, signal)
      await (signal === 'SIGKILL' ? child.exited : child.stop(STOP_MS))
      child = await launch(port)
    },
    restartDatabase: async () => {
      const { port: databasePort } = postgres
      await postgres.stop()
      postgres = await startPostgres({ dataDir, port: databasePort, log: progress.note })
      return { back: performance.now() }
    },
    readIds: (subject) => readIds(owner, subject),
    fill: (...person) => fill(owner, ...person),
    measureBystander: (milliseconds) =>
      load({ port, requests: [page], connections: 2, milliseconds, status: 200 }),
    stop: async () => {
      await owner.end()
      await child.stop(STOP_MS)
      await postgres.stop()
      keys.closeAllConnections()
      keys.close()
      await rm(dataDir, { recursive: true, force: true })
    },
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
