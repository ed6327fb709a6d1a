/** A web app with a Postgres of its own, which a test may take away and give back. */

import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { type Child, startChild } from '../../../scripts/child.js'
import { root } from '../../../scripts/data-dir.js'
import { findFreePort } from '../../../scripts/port.js'

export interface WebApp {
  readonly url: string
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
  stop(): Promise<void>
}

/** Milliseconds that a process is given to end. */
const grace = 10_000

/** Starts what the system under test was built from once more. There is no API where it looks for one. */
export async function startWebApp(): Promise<WebApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-e2e-web-'))
  // When root runs the tests, another user runs Postgres and has to pass through.
  await chmod(dataDir, 0o711)
  const databasePort = await findFreePort()
  let database = await startDatabase(dataDir, databasePort)
  const url = `http://localhost:${await findFreePort()}`
  const web = await startChild(process.execPath, ['dist/main.js'], {
    cwd: join(root, 'apps/web'),
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      TRIAL: '1',
      LOG_LEVEL: 'fatal',
      BETTER_AUTH_URL: url,
      BETTER_AUTH_SECRET: randomUUID() + randomUUID(),
      AUTH_RATE_LIMIT: 'off',
      AUTH_DATABASE_URL: database.url,
      API_URL: `http://localhost:${await findFreePort()}`,
      PORT: new URL(url).port,
    },
    output: () => {},
  })
  await expect(async () => {
    expect((await fetch(`${url}/api/auth/ok`)).status).toBe(200)
  }).toPass()
  return {
    url,
    async stopDatabase() {
      await database.child.stop(grace)
    },
    async startDatabase() {
      database = await startDatabase(dataDir, databasePort)
    },
    async stop() {
      await web.stop(grace)
      await database.child.stop(grace)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

interface Database {
  readonly child: Child
  readonly url: string
}

/** `npm run db`, until it prints where it can be reached. */
async function startDatabase(dataDir: string, port: number): Promise<Database> {
  let printed = ''
  let onUrl = (_url: string) => {}
  const url = new Promise<string>((resolve) => {
    onUrl = resolve
  })
  const child = await startChild(process.execPath, ['--import', 'tsx', 'scripts/postgres.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'test', DATA_DIR: dataDir, DB_PORT: String(port) },
    output(chunk) {
      printed += chunk
      const [, found] = /^AUTH_DATABASE_URL=(.+)\n/m.exec(printed) ?? []
      if (found !== undefined) onUrl(found)
    },
  })
  const ended = child.exited.then(() => {
    throw new Error('The embedded Postgres ended before it could be reached')
  })
  return { child, url: await Promise.race([url, ended]) }
}
