/** The server process: its settings, and knowing when it is ready. */

import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, type Exit, startChild } from '../process/child.js'
import { findFreePort, isPortTaken } from '../process/port.js'
import { StartError } from '../process/start-error.js'
import type { SystemUser } from './binary.js'

export interface ServerOptions {
  postgres: string
  data: string
  user: SystemUser | undefined
  /** Default: a free one. */
  port: number | undefined
  durable: boolean
  /** The server's log; started afresh with the server. */
  logFile: string
}

export interface Server {
  child: Child
  port: number
}

const READY_MS = 60_000
const ATTEMPTS = 20

/** Starts the server and answers once it takes connections. */
export async function startServer(options: ServerOptions): Promise<Server> {
  if (options.port !== undefined && (await isPortTaken(options.port, '127.0.0.1'))) {
    throw new StartError(`Port ${options.port} is taken. Set DB_PORT to a free one.`)
  }
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort())
    const child = await launch(options, port)
    if (await isReady(child, options.data)) return { child, port }
    await child.stop(0)
    const log = await readFile(options.logFile, 'utf8').catch(() => '')
    // Someone was faster to the free port, or processes of a killed server have not all ended yet.
    const passes = /could not bind|pre-existing shared memory block/.test(log)
    if (!passes || attempt === ATTEMPTS) {
      throw new StartError(`Postgres did not start. Its last words:\n${log.trimEnd().slice(-2000)}`)
    }
    await sleep(250)
  }
}

async function launch(options: ServerOptions, port: number): Promise<Child> {
  const { postgres, data, user, logFile } = options
  const log = openSync(logFile, 'w', 0o600)
  try {
    const settings = { ...listSettings(options.durable), port }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    return await startChild(postgres, ['-D', data, ...args], {
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env.PATH },
      output: log,
      stopSignal: 'SIGINT',
      user,
    })
  } finally {
    closeSync(log)
  }
}

/** The eighth line of the pid file says "ready", as pg_ctl knows it too. */
async function isReady(child: Child, data: string): Promise<boolean> {
  let exit: Exit | undefined
  child.exited.then((reason) => {
    exit = reason
  })
  const deadline = Date.now() + READY_MS
  while (exit === undefined && Date.now() < deadline) {
    const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
    const lines = text.split('\n')
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true
    await sleep(10)
  }
  return false
}

/**
 * Small in memory. Statements and their errors stay out of the log, because they can hold what people
 * wrote; the client gets them.
 */
function listSettings(durable: boolean): { [name: string]: string | number } {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // Tests of several files at once, each with pools of its own, need more than two apps.
    max_connections: durable ? 60 : 200,
    shared_buffers: '32MB',
    io_method: 'sync',
    max_worker_processes: 2,
    max_parallel_workers_per_gather: 0,
    max_logical_replication_workers: 0,
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '256MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
}
