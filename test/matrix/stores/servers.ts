/** The servers that stores are on: each a real one, of its own where it can be, on a port that the system picks. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startPostgres } from '../../../scripts/postgres/embedded.js'
import { type Child, startChild } from '../../../scripts/process/child.js'
import { findFreePort } from '../../../scripts/process/port.js'
import { createTestLogin, findServer } from '../../../scripts/test/login.js'

export interface Servers {
  /** Addresses by the name of the variable that the stores read; one that is not here is missing. */
  readonly addresses: Readonly<Record<string, string>>
  stop(): Promise<void>
}

interface Started {
  readonly address: string
  stop(): Promise<unknown>
}

export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'claimcheck-matrix-servers-'))
  // Servers that root starts run as somebody else, who has to pass through.
  chmodSync(folder, 0o711)
  const started = {
    POSTGRES_18: await startEmbedded(join(folder, 'postgres')),
    POSTGRES_15: await findOther(),
    MARIADB: await startMariadb(join(folder, 'mariadb')),
    REDIS: await startRedis(folder),
  }
  const there = Object.entries(started).flatMap(([name, server]) =>
    server === null ? [] : [[name, server] as const],
  )
  return {
    addresses: Object.fromEntries(there.map(([name, { address }]) => [name, address])),
    async stop() {
      for (const [, server] of there) await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startEmbedded(dataDir: string): Promise<Started> {
  const postgres = await startPostgres({ dataDir, durable: false })
  return { address: postgres.url('postgres'), stop: () => postgres.stop() }
}

/** A Postgres 15 that answers at TEST_DATABASE_URL or on the usual port. */
async function findOther(): Promise<Started | null> {
  const found = await findServer(process.env)
  if (found === undefined) return null
  const login = await createTestLogin(found.url)
  if (login.version.startsWith('15.')) return { address: login.url, stop: () => login.drop() }
  await login.drop()
  return null
}

async function startMariadb(data: string): Promise<Started | null> {
  const program = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd'].find(existsSync)
  if (program === undefined) return null
  const user = process.getuid?.() === 0 ? ['--user=mysql'] : []
  const login = ['--auth-root-authentication-method=normal', '--skip-test-db']
  const made = spawnSync('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    ...user,
    ...login,
  ])
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}`)
  const port = await findFreePort()
  const place = [`--datadir=${data}`, `--socket=${data}/socket`, `--pid-file=${data}/pid`]
  const listen = ['--bind-address=127.0.0.1', `--port=${port}`]
  const child = await start(program, ['--no-defaults', ...place, ...listen, ...user], port)
  return { address: `mysql://root@127.0.0.1:${port}`, stop: () => child.stop(10_000) }
}

async function startRedis(folder: string): Promise<Started | null> {
  const program = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync)
  if (program === undefined) return null
  const port = await findFreePort()
  const listen = ['--port', `${port}`, '--bind', '127.0.0.1']
  const child = await start(program, [...listen, '--save', '', '--dir', folder], port)
  return { address: `redis://127.0.0.1:${port}`, stop: () => child.stop(10_000) }
}

/** Waits until the server takes connections. */
async function start(program: string, parameters: readonly string[], port: number): Promise<Child> {
  let log = ''
  let isOver = false
  const output = (chunk: string) => {
    log = `${log}${chunk}`.slice(-4_000)
  }
  const child = await startChild(program, parameters, { cwd: '/', env: process.env, output })
  void child.exited.then(() => {
    isOver = true
  })
  while (!(await answers(port))) {
    if (isOver) throw new Error(`${program} did not start: ${log}`)
    await wait(100)
  }
  return child
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}
