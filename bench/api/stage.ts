/** What the API bench runs on: one embedded Postgres, one issuer, our API, its peers, the same rows for all. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startPostgres } from '../../scripts/postgres/embedded.js'
import { findFreePort } from '../../scripts/process/port.js'
import { createProgress } from '../../scripts/process/progress.js'
import { api, buildStale, library } from '../../scripts/start/builds.js'
import { root } from '../../scripts/start/data-dir.js'
import { untilAnswers } from '../system.js'
import type { Person } from './auth.js'
import type { Peer } from './peers.js'
import type { QueryResult } from './query.js'

/** A server that is measured. */
export interface Server {
  readonly pid: number
  readonly port: number
}

export type ServerName = 'ours' | 'open' | 'jose' | 'jwk' | 'session' | 'fastapi'

export interface Stage {
  readonly people: readonly Person[]
  /** FastAPI is missing where Python or one of its packages is. */
  readonly servers: Readonly<Partial<Record<ServerName, Server>>>
  /** The login that owns the tables. */
  readonly owner: pg.Pool
  /** A few tasks of each person, of ours and of the peers' alike. */
  tasksOf(subject: string): readonly string[]
  /** One turn of the bare query, and one of the same through asUser. Default: on the table of the API. */
  measureQueries(milliseconds: number, fenced?: string): Promise<QueryResult>
  stop(): Promise<void>
}

/** Where FastAPI is looked for: with the packages of the system, and with what is first in the path. */
const pythons = ['/usr/bin/python3', 'python3']

/** Starts everything, with so many people and so many tasks of each. */
export async function setStage({ people: count = 50, tasksEach = 200 } = {}): Promise<Stage> {
  const progress = createProgress()
  await buildStale([library], { root, progress })
  await buildStale([api], { root, progress })
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  // When root runs the bench, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const postgres = await startPostgres({ dataDir, log: progress.note })
  const children: ChildProcess[] = []
  const stop = async () => {
    await owner.end()
    for (const child of children) child.kill('SIGKILL')
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  const tasksUrl = postgres.url('claimcheck_api')
  const ownerUrl = postgres.url('claimcheck_tasks')
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 })
  owner.on('error', () => {})

  const apiPort = await findFreePort()
  const audience = `http://127.0.0.1:${apiPort}`
  const issuer = {
    databaseUrl: postgres.url('claimcheck_auth'),
    port: await findFreePort(),
    audience,
  }
  const issuerUrl = `http://127.0.0.1:${issuer.port}`
  const people = await tell<readonly Person[]>(startPeer(children), {
    kind: 'issuer',
    ...issuer,
    people: count,
  })

  // In the session of the bench, as its peers are: Linux shares the processors among sessions first.
  const ours = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: join(root, 'apps/api'),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      PORT: String(apiPort),
      BETTER_AUTH_URL: issuerUrl,
      API_URL: audience,
      TASKS_DATABASE_URL: tasksUrl,
      MIGRATIONS_DATABASE_URL: ownerUrl,
      RATE_LIMIT_PER_MINUTE: '1000000000',
    },
    stdio: ['ignore', 2, 2],
  })
  children.push(ours)
  await untilAnswers(`${audience}/readyz`)
  await fill(owner, people, tasksEach)
  const ids = await readTaskIds(owner)

  const servers: Partial<Record<ServerName, Server>> = {
    ours: { pid: ours.pid ?? 0, port: apiPort },
  }
  for (const kind of ['open', 'jose', 'jwk', 'session'] as const) {
    const child = startPeer(children)
    const port = await tell<number>(child, { kind, issuer, databaseUrl: tasksUrl })
    servers[kind] = { pid: child.pid ?? 0, port }
  }
  const python = pythons.find(
    (name) => spawnSync(name, ['-c', 'import fastapi, jwt, uvicorn, asyncpg']).status === 0,
  )
  if (python !== undefined) {
    const port = await findFreePort()
    const setup = JSON.stringify({ databaseUrl: tasksUrl, port, issuer: issuerUrl, audience })
    const script = fileURLToPath(new URL('./python_peer.py', import.meta.url))
    const child = spawn(python, ['-W', 'ignore', script], {
      // Not as an argument, which everybody on the machine can read: it holds a password.
      env: { ...process.env, SETUP: setup },
      stdio: ['ignore', 2, 2],
    })
    children.push(child)
    await untilAnswers(`http://127.0.0.1:${port}/openapi.json`)
    servers.fastapi = { pid: child.pid ?? 0, port }
  }

  const queries = startPeer(children)
  const { rows } = await owner.query<{ role: string }>(
    "select rolname as role from pg_roles where rolname like 'claimcheck_tasks_%' limit 1",
  )
  return {
    people,
    servers,
    owner,
    tasksOf: (subject) => ids.get(subject) ?? [],
    measureQueries: (milliseconds, fenced = 'claimcheck_tasks.tasks') =>
      tell<QueryResult>(queries, {
        kind: 'queries',
        databaseUrl: tasksUrl,
        role: rows[0]?.role ?? '',
        people: people.map(({ subject }) => subject),
        milliseconds,
        fenced,
      }),
    stop,
  }
}

/** Seconds of processor time a process has taken so far; NaN where the system does not say. */
export function readProcessorTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
    // Ticks, of which Linux has 100 a second on every machine that Node runs on.
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

/** MiB of memory a process holds; NaN where the system does not say. */
export function readMemory(pid: number): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')
    return (Number(pages) * 4096) / 1024 / 1024
  } catch {
    return Number.NaN
  }
}

function startPeer(children: ChildProcess[]): ChildProcess {
  const child = fork(new URL('./peers.ts', import.meta.url))
  children.push(child)
  return child
}

async function tell<Result>(child: ChildProcess, peer: Peer): Promise<Result> {
  const answer = once(child, 'message')
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The peer "${peer.kind}" ended.`)
  })
  child.send(peer)
  const [{ result }] = await Promise.race([answer, ended])
  return result
}

/** Gives everybody their tasks, in our table and in one that has neither fence nor owner. */
async function fill(owner: pg.Pool, people: readonly Person[], tasksEach: number): Promise<void> {
  for (const { subject } of people) {
    const client = await owner.connect()
    await client.query('begin')
    // The policies hold for the owner as well.
    await client.query("select set_config('app.user_id', $1, true)", [subject])
    await client.query('insert into claimcheck_tasks.accounts (user_id) values ($1)', [subject])
    await client.query(
      `insert into claimcheck_tasks.tasks (user_id, id, title, notes, priority, due_on, created_at, creation)
       select $1, gen_random_uuid(), 'Collect the coat, number ' || n, 'Ticket ' || n || ', before ten.',
         n % 4, date '2026-12-01' + n % 30, now() - n * interval '1 minute', ''
       from generate_series(1, $2::int) n`,
      [subject, tasksEach],
    )
    await client.query(
      'create table if not exists public.bench_filling as select * from claimcheck_tasks.tasks limit 0',
    )
    await client.query('insert into public.bench_filling select * from claimcheck_tasks.tasks')
    await client.query('commit')
    client.release()
  }
  await owner.query('create schema bench')
  await owner.query('create table bench.tasks (like claimcheck_tasks.tasks including all)')
  const columns = `user_id, id, title, notes, completed_at, priority, due_on, created_at, updated_at,
    deleted_at, version, creation`
  await owner.query(
    `insert into bench.tasks (${columns}) select ${columns} from public.bench_filling`,
  )
  await owner.query('drop table public.bench_filling')
  await owner.query('grant usage on schema bench to public')
  await owner.query('grant select, insert, update on bench.tasks to public')
  await owner.query('vacuum analyze claimcheck_tasks.tasks')
  await owner.query('vacuum analyze bench.tasks')
}

async function readTaskIds(owner: pg.Pool): Promise<Map<string, readonly string[]>> {
  const { rows } = await owner.query<{ user_id: string; ids: string[] }>(
    'select user_id, array_agg(id::text order by created_at desc) as ids from bench.tasks group by user_id',
  )
  return new Map(rows.map(({ user_id, ids }) => [user_id, ids]))
}
