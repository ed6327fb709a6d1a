/** The process: reads the environment, brings up database, keys and server, and ends in order. */
import { createVerifier, type Verifier, type VerifierEvent } from 'claimcheck'
import pino, { type Logger } from 'pino'
import { startAccountPurge } from './account.js'
import { createApp } from './app.js'
import { createDatabase, createPool } from './database.js'
import { type Env, readEnv } from './env.js'
import { toFailure } from './failure.js'
import { createFenceReader } from './fence.js'
import { startServer } from './server.js'
import { startDatabase } from './start-database.js'
import { StartError } from './start-error.js'
import { startTrashSweep } from './tasks/trash-sweep.js'
import { EnvError } from './variable.js'

/** Milliseconds that closing connections to the database may take. */
const CLOSE_MS = 2000

try {
  await start(readEnv())
} catch (error) {
  giveUp(error)
}

async function start(env: Env): Promise<void> {
  const log = pino(
    { level: env.logLevel, base: {}, timestamp: pino.stdTimeFunctions.isoTime },
    // Written at once: of a process that ends, the last lines are the ones that matter.
    pino.destination({ fd: 1, sync: true }),
  )
  const fail = (error: unknown) => {
    log.fatal({ failure: toFailure(error) }, 'the process ends')
    giveUp(error)
  }
  process.once('uncaughtException', fail)
  process.once('unhandledRejection', fail)

  const pool = createPool(env.database.url)
  const verifier = startVerifier(env, log)
  let role: string | undefined
  const database = createDatabase(pool, { role: () => role })
  await startDatabase({
    pool,
    variable: env.database.variable,
    log,
    onReady: (prepared) => {
      role = prepared
    },
    onRefused: giveUp,
  })
  const app = createApp({
    verifier,
    database,
    log,
    corsOrigins: env.corsOrigins,
    url: env.url,
    hints: env.trial,
    readFence: env.inspector ? createFenceReader(pool, database) : null,
  })
  const server = await startServer({ app, host: env.host, port: env.port, log })
  const sweep = startTrashSweep(pool, database, log)
  const purge = startAccountPurge({ pool, database, log, issuer: env.issuer, verifier })
  log.info({ url: server.url }, 'listening')

  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping')
    sweep.stop()
    purge.stop()
    await server.stop()
    verifier.close()
    await Promise.race([pool.end(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    log.info('stopped')
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

/** Fetches the keys ahead of the first token; while they cannot be had, requests are answered with 503. */
function startVerifier(env: Env, log: Logger): Verifier {
  const verifier = createVerifier({
    issuer: env.issuer,
    audience: env.audience,
    jwksUrl: env.jwksUrl,
    algorithms: env.algorithms,
    allowHttp: env.allowHttp,
    revocations: env.revocations,
    ...(env.jwksFile !== undefined && { store: env.jwksFile }),
    on: createKeyLog(log),
  })
  // The event has been logged by then, and the verifier goes on trying by itself.
  verifier.ready().catch(() => {})
  return verifier
}

/** An outage is logged when it begins and when its reason changes, not at every attempt. */
function createKeyLog(log: Logger): (event: VerifierEvent) => void {
  let lastReason: string | undefined
  return ({ type, ...event }) => {
    if (type === 'token_refused') return
    const reason = 'reason' in event ? event.reason : undefined
    if (reason === undefined) log.info(event, type)
    else if (type !== 'keys_failed' || reason !== lastReason) log.warn(event, type)
    if (type !== 'key_refused' && type !== 'store_failed') lastReason = reason
  }
}

/** Says why and ends the process. Only sentences made for it are shown; of anything else, the kind and the place. */
function giveUp(error: unknown): void {
  if (error instanceof EnvError || error instanceof StartError) console.error(error.message)
  else console.error('The API cannot go on.', toFailure(error))
  process.exit(1)
}
