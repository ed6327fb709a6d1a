/** The embedded Postgres server; run as a program (`npm run db`), it prints the URLs of its databases. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Exit } from './child.js'
import { readDataDir, readEnvFile } from './data-dir.js'
import { takeLock } from './lock.js'
import { readyBinary } from './postgres/binary.js'
import { createCluster, type Database } from './postgres/cluster.js'
import { stopOrphan } from './postgres/orphan.js'
import { placeData } from './postgres/placement.js'
import { startServer } from './postgres/server.js'
import { printFailure, StartError } from './start-error.js'

export interface PostgresOptions {
  /** The folder everything is kept in: the data, its passwords, the server's log. Made if missing. */
  dataDir: string
  /** Default: a free one. */
  port?: number | undefined
  /**
   * False for data that lives as long as a test: nothing waits for the disk. Default true: what
   * was acknowledged survives kill -9 and a power failure.
   */
  durable?: boolean
  /** Told, in a sentence, what is out of the ordinary. Default: nobody. */
  log?: (line: string) => void
}

export interface Postgres {
  port: number
  /** The URL of a database for the login that owns it. */
  url(database: Database): string
  /** Settles when the server has ended, by stop() or by itself. */
  exited: Promise<Exit>
  stop(): Promise<void>
}

const graceMs = 15_000

/** Starts the server on its data, which it creates at the first start. Throws StartError. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, port: wanted, durable = true, log = () => {} } = options
  // Root lends Postgres a user who has to pass through this folder.
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const binary = await readyBinary()
  const place = await placeData(dataDir, binary.user, log)
  const lock = await takeLock(`${place.folder}.lock`)
  if ('pid' in lock) {
    throw new StartError(
      `Process ${lock.pid} is using the database in ${place.folder}. Stop it first, or set DATA_DIR to another folder.`,
    )
  }
  try {
    await stopOrphan(join(place.folder, 'data'), log)
    const { child, port } = await startServer({
      postgres: binary.postgres,
      data: await createCluster(binary, place),
      user: place.user,
      port: wanted,
      durable,
      logFile: join(dataDir, 'postgres.log'),
    })
    return {
      port,
      url: (database) =>
        `postgres://${database}:${place.passwords[database]}@127.0.0.1:${port}/${database}`,
      exited: child.exited,
      stop: async () => {
        await child.stop(graceMs)
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function main(): Promise<void> {
  readEnvFile()
  const port = process.env.DB_PORT ? Number(process.env.DB_PORT) : undefined
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new StartError('DB_PORT must be a port, a number from 1 to 65535.')
  }
  const server = await startPostgres({
    dataDir: readDataDir(process.env),
    port,
    log: console.error,
  })
  console.log(`AUTH_DATABASE_URL=${server.url('claimcheck_auth')}`)
  console.log(`TASKS_DATABASE_URL=${server.url('claimcheck_tasks')}`)
  let isStopping = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isStopping = true
      void server.stop()
    })
  }
  await server.exited
  if (isStopping) return
  throw new StartError('Postgres ended by itself; its log is postgres.log in DATA_DIR.')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    printFailure(error)
    process.exitCode = 1
  })
}
