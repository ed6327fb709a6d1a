/** The embedded Postgres server: a real one, from npm, started on the data in DATA_DIR. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Exit } from '../process/child.js'
import { takeLock } from '../process/lock.js'
import { StartError } from '../process/start-error.js'
import { readyBinary } from './binary.js'
import { createCluster } from './cluster.js'
import { stopOrphan } from './orphan.js'
import { type Passwords, placeData } from './placement.js'
import { startServer } from './server.js'

export type Login = keyof Passwords

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
  /** Where a login finds its database: an owner the one of its name, `claimcheck_api` that of the tasks. */
  url(login: Login): string
  /** Settles when the server has ended, by stop() or by itself. */
  exited: Promise<Exit>
  stop(): Promise<void>
}

const GRACE_MS = 15_000

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
      url: (login) => {
        const database = login === 'claimcheck_api' ? 'claimcheck_tasks' : login
        return `postgres://${login}:${place.passwords[login]}@127.0.0.1:${port}/${database}`
      },
      exited: child.exited,
      stop: async () => {
        await child.stop(GRACE_MS)
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}
