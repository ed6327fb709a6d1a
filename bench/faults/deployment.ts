/** What docs/deploy describes, on one host: a Postgres, two web processes and two of the API, nginx in front. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../scripts/postgres/embedded.js'
import { type Child, startChild } from '../../scripts/process/child.js'
import { findFreePort } from '../../scripts/process/port.js'
import { createProgress } from '../../scripts/process/progress.js'
import { api, buildStale, library, web } from '../../scripts/start/builds.js'
import { root } from '../../scripts/start/data-dir.js'
import { untilAnswers } from '../system.js'
import { type Nginx, prepareNginx } from './nginx.js'

export interface Deployment {
  readonly nginx: Nginx
  /** Restarts one process each: asks it to end, starts it again, waits until it is ready. */
  readonly restarts: readonly (() => Promise<void>)[]
  stop(): Promise<void>
}

/** Milliseconds after which a process that does not end is killed. */
const STOP_MS = 20_000

const programs = {
  web: { cwd: join(root, 'apps/web'), main: 'dist/main.js' },
  api: { cwd: join(root, 'apps/api'), main: 'dist/src/main.js' },
} as const

/** Builds what is stale, starts everything, and waits until it answers. */
export async function startDeployment(more: Record<string, string> = {}): Promise<Deployment> {
  const progress = createProgress()
  await buildStale([library], { root, progress })
  await buildStale([api, web], { root, progress })
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  // When root runs the bench, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const postgres = await startPostgres({ dataDir, log: progress.note })
  const ports = { web: await takeTwo(), api: await takeTwo() }
  const nginx = await prepareNginx(ports)
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    NODE_EXTRA_CA_CERTS: nginx.certificate,
    LOG_LEVEL: 'error',
    TRIAL: '1',
    BETTER_AUTH_URL: nginx.webUrl,
    API_URL: nginx.apiUrl,
    BETTER_AUTH_SECRET: crypto.randomUUID() + crypto.randomUUID(),
    AUTH_RATE_LIMIT: 'off',
    RATE_LIMIT_PER_MINUTE: '1000000000',
    STOP_PAUSE_SECONDS: '2',
    AUTH_DATABASE_URL: postgres.url('claimcheck_auth'),
    TASKS_DATABASE_URL: postgres.url('claimcheck_api'),
    MIGRATIONS_DATABASE_URL: postgres.url('claimcheck_tasks'),
    ...more,
  }
  const running = new Map<number, Child>()
  const start = async (kind: keyof typeof programs, port: number) => {
    const { cwd, main } = programs[kind]
    const options = { cwd, env: { ...env, PORT: String(port) }, output: 2 }
    running.set(port, await startChild(process.execPath, [main], options))
    await untilAnswers(`http://127.0.0.1:${port}/readyz`)
  }
  const stop = async () => {
    await Promise.all([...running.values()].map((child) => child.stop(STOP_MS)))
    await nginx.stop()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  const all = (['web', 'api'] as const).flatMap((kind) =>
    ports[kind].map((port) => ({ kind, port })),
  )
  try {
    // The API asks for keys through nginx, as browsers do.
    await nginx.start()
    for (const { kind, port } of all) await start(kind, port)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    nginx,
    restarts: all.map(({ kind, port }) => async () => {
      const exit = await running.get(port)?.stop(STOP_MS)
      if (exit?.code !== 0) throw new Error(`The ${kind} process ended with ${exit?.signal}`)
      await start(kind, port)
    }),
    stop,
  }
}

async function takeTwo(): Promise<[number, number]> {
  return [await findFreePort(), await findFreePort()]
}
