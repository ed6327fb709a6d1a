/** The process: reads the environment, brings up database, keys and server, and ends in order. */
import { inspect } from 'node:util'
import {
  createVerifier,
  type RevocationOptions,
  type Verifier,
  type VerifierEvent,
} from 'claimcheck'
import { createFileStore } from 'claimcheck/file-store'
import type { Logger } from 'pino'
import { createApp } from './app.js'
import { createDatabase, createPool, OWNER_POOL_SIZE } from './database/database.js'
import { createPoolGate, type PoolGate } from './database/pool-gate.js'
import { startDatabase } from './database/start-database.js'
import { type Env, readEnv } from './env.js'
import { toFailure } from './failure.js'
import { startLimits } from './http/limits.js'
import type { Load } from './http/load.js'
import { createMetrics, createMetricsApp } from './http/metrics.js'
import { startServer } from './http/server.js'
import { createRowSecurityReader } from './inspection/row-level-security.js'
import { openLog } from './log.js'
import { StartError } from './start-error.js'
import { startAccountPurge } from './tasks/account-purge.js'
import { startTrashSweep } from './tasks/trash-sweep.js'
import { createTracing, type Tracing } from './tracing.js'

/** Milliseconds that closing connections to the database may take. */
const CLOSE_MS = 2000

try {
  await start(readEnv())
} catch (error) {
  giveUp(error)
}

async function start(env: Env): Promise<void> {
  const { log, handOver, flush } = openLog(env.logLevel)
  process.once('exit', handOver)
  const fail = (error: unknown) => {
    log.fatal({ failure: toFailure(error) }, 'the process ends')
    giveUp(error)
  }
  process.once('uncaughtException', fail)
  process.once('unhandledRejection', fail)

  const tracing = createTracing()
  const pool = createPool(env.database.url)
  const verifier = startVerifier(env, log, tracing)
  let role: string | undefined
  let isStopping = false
  const gate = createPoolGate(pool)
  const database = createDatabase(pool, { role: () => role, gate, wrapQuery: tracing?.wrapQuery })
  const owner = env.owner && { ...env.owner, pool: createPool(env.owner.url, OWNER_POOL_SIZE) }
  // What looks beyond one person is done by whoever owns the tables.
  const upkeepPool = owner?.pool ?? pool
  const upkeep = {
    pool: upkeepPool,
    database: createDatabase(upkeepPool, { role: () => role, isAwaited: false }),
  }
  await startDatabase({
    pool,
    variable: env.database.variable,
    owner,
    migrates: env.migratesAtStart,
    log,
    onReady: (prepared) => {
      role = prepared
    },
    onRefused: giveUp,
  })
  const limits = startLimits({ env, owner: upkeep.pool, log })
  const metrics =
    env.metrics === null
      ? null
      : createMetrics({ verifier, pool, load: toShare(gate, limits.load) })
  const app = createApp({
    verifier,
    database,
    log,
    corsOrigins: env.corsOrigins,
    url: env.url,
    hints: env.trial,
    isStopping: () => isStopping,
    metrics: metrics && { ...metrics, isServed: env.metrics === 'own port' },
    limits,
    tracing: tracing?.around ?? null,
    readRowSecurity: env.inspector ? createRowSecurityReader(upkeep.pool, database) : null,
  })
  const metricsServer =
    metrics !== null && typeof env.metrics === 'number'
      ? await startServer({
          app: createMetricsApp(metrics),
          host: env.host,
          port: env.metrics,
          portVariable: 'METRICS_PORT',
          log,
        })
      : null
  const server = await startServer({
    app,
    host: env.host,
    port: env.port,
    log,
    pause: env.stopPause,
  })
  const sweep = startTrashSweep(upkeep.pool, upkeep.database, log)
  const purge = startAccountPurge({ ...upkeep, log, issuer: env.issuer, verifier })
  log.info({ url: server.url, ...(metricsServer && { metrics: metricsServer.url }) }, 'listening')

  const stop = async (signal: string) => {
    // A process is often sent several, by a terminal, by npm and by whoever supervises it: all of them mean one end.
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'stopping')
    sweep.stop()
    purge.stop()
    await server.stop()
    await metricsServer?.stop()
    verifier.close()
    const closed = limits.close().then(() => Promise.all([pool.end(), owner?.pool.end()]))
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    log.info('stopped')
    await flush()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
}

/** Two things turn requests away, and one of them is the reason at a time. */
function toShare(gate: PoolGate, load: Load): { readonly share: number } {
  return {
    get share() {
      return Math.max(gate.share, load.share)
    },
  }
}

/** Fetches the keys ahead of the first token; while they cannot be had, requests are answered with 503. */
function toRevocationOptions(revocations: Env['revocations']): RevocationOptions | 'off' {
  if (revocations === 'off') return 'off'
  const { store, ...rest } = revocations
  return store === undefined ? rest : { ...rest, store: createFileStore(store) }
}

function startVerifier(env: Env, log: Logger, tracing: Tracing | null): Verifier {
  const verifier = createVerifier({
    ...(tracing && { fetch: tracing.fetch }),
    issuer: env.issuer,
    audience: env.audience,
    jwksUrl: env.jwksUrl,
    algorithms: env.algorithms,
    allowHttp: env.allowHttp,
    revocations: toRevocationOptions(env.revocations),
    ...(env.jwksFile !== undefined && { store: createFileStore(env.jwksFile) }),
    on: createKeyLog(log),
  })
  // The event has been logged by then, and the verifier goes on trying by itself.
  verifier.ready().catch(() => {})
  return tracing ? tracing.traceVerifier(verifier) : verifier
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
  const reason =
    error instanceof StartError
      ? error.message
      : `The API cannot go on. ${inspect(toFailure(error))}`
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
