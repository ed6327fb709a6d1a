/** Real processes for a bench: an embedded Postgres, one web app and two APIs, all on free ports. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startPostgres } from '../scripts/postgres/embedded.js'
import { type Child, type ChildOptions, startChild } from '../scripts/process/child.js'
import { findFreePort } from '../scripts/process/port.js'
import { createProgress } from '../scripts/process/progress.js'
import { api, buildStale, library, web } from '../scripts/start/builds.js'
import { root } from '../scripts/start/data-dir.js'

export interface System {
  readonly webUrl: string
  readonly apiUrls: readonly string[]
  /** The process of the web app. */
  readonly webPid: number
  /** Those of the API, in the order of their addresses. */
  readonly apiPids: readonly [number, number]
  /** Where sign-in keeps its people. */
  readonly authDatabase: string
  stop(): Promise<void>
}

/**
 * Builds what is stale, starts everything, and waits until it answers.
 *
 * @param env What is set in all processes instead of what is usual here.
 * @param output Where they log to. Default: standard error.
 */
export async function startSystem(
  env: Record<string, string> = {},
  output: ChildOptions['output'] = 2,
): Promise<System> {
  const progress = createProgress()
  const children: Child[] = []
  const onChild = () => {}
  await buildStale([library], { root, progress, onChild })
  await buildStale([api, web], { root, progress, onChild })
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  // When root runs the bench, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const postgres = await startPostgres({ dataDir, log: progress.note })
  const [webPort, firstPort, secondPort] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ]
  const webUrl = `http://localhost:${webPort}`
  const apiUrls = [`http://localhost:${firstPort}`, `http://localhost:${secondPort}`]
  const shared = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    TRIAL: '1',
    LOG_LEVEL: 'error',
    BETTER_AUTH_URL: webUrl,
    API_URL: apiUrls[0],
    BETTER_AUTH_SECRET: crypto.randomUUID() + crypto.randomUUID(),
    AUTH_RATE_LIMIT: 'off',
    RATE_LIMIT_PER_MINUTE: '1000000000',
    AUTH_DATABASE_URL: postgres.url('claimcheck_auth'),
    TASKS_DATABASE_URL: postgres.url('claimcheck_api'),
    MIGRATIONS_DATABASE_URL: postgres.url('claimcheck_tasks'),
    ...env,
  }
  const start = async (folder: string, main: string, port: number) => {
    const cwd = join(root, folder)
    const child = await startChild(process.execPath, [main], {
      cwd,
      env: { ...shared, PORT: String(port) },
      output,
    })
    children.push(child)
    return child.pid
  }
  const webPid = await start('apps/web', 'dist/main.js', webPort)
  await untilAnswers(`${webUrl}/api/auth/jwks`)
  const startApi = (port: number) => start('apps/api', 'dist/src/main.js', port)
  const apiPids = [await startApi(firstPort), await startApi(secondPort)] as const
  for (const url of apiUrls) await untilAnswers(`${url}/readyz`)
  return {
    webUrl,
    apiUrls,
    webPid,
    apiPids,
    authDatabase: shared.AUTH_DATABASE_URL,
    async stop() {
      await Promise.all(children.map((child) => child.stop(5_000)))
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const isOk = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isOk) return
    await wait(100)
  }
  throw new Error(`Nothing answers at ${url}`)
}
