/**
 * The web server: Next.js behind a plain HTTP server that knows who called, and that ends when it
 * is told to.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { createHashThreads } from './auth/hashing/hash-threads.js'
import { provideHashing } from './auth/hashing/password-hashing.js'
import { createLogger } from './auth/log.js'
import { getParts } from './auth/running.js'
import { logConsole } from './console.js'
import { type Env, readEnv } from './env.js'
import { readCompressedFiles } from './http/compressed-files.js'
import { createHashGate } from './http/hash-gate.js'
import { listen } from './http/listen.js'
import { createMetrics } from './http/metrics.js'
import { createMetricsServer } from './http/metrics-server.js'
import { createObserver } from './http/observe.js'
import { logRequest } from './http/request-log.js'
import { createRouteNames, readPages } from './http/route-name.js'
import { createWebServer } from './http/server.js'
import { onFirstSignal, stopServer } from './http/stop.js'
import { untilStarted } from './lifecycle.js'
import { exitWith, StartError } from './start-error.js'

const dir = fileURLToPath(new URL('..', import.meta.url))
const development = process.argv.includes('--dev')

try {
  await start(readEnv())
} catch (error) {
  exitWith(error)
}

async function start(env: Env): Promise<void> {
  if (!development && !existsSync(`${dir}/.next/BUILD_ID`)) {
    throw new StartError('The web app is not built. Run npm run build first.')
  }
  const log = createLogger(env.logLevel)
  if (!development) {
    // While somebody develops, what Next.js prints is made for their eyes.
    logConsole(log)
    provideHashing(createHashThreads())
  }
  const app = next({ dev: development, dir, hostname: env.host, port: env.port })
  await app.prepare()
  // Next.js has begun to run instrumentation.ts, which ends the process with a sentence where the
  // app cannot start.
  await untilStarted()
  const { answersFeed, authPaths, checkDatabase, counts, readFigures } = getParts()
  const observer = createObserver(createRouteNames(readPages(dir), authPaths), (answered) => {
    metrics?.observe(answered)
    logRequest(log, answered)
  })
  const hashes = createHashGate()
  const metrics =
    env.metrics === null
      ? null
      : createMetrics({
          readFigures() {
            const { hashes: inside, ...others } = readFigures()
            return {
              ...others,
              hashes: { ...inside, waiting: inside.waiting + hashes.countWaiting() },
            }
          },
          readHeld: () => observer.held,
        })
  const handle = app.getRequestHandler()
  const files = development ? null : await readCompressedFiles(dir)
  let isStopping = false
  const server = createWebServer({
    env,
    log,
    answersFeed,
    handle(request, response) {
      if (!files?.answers(request, response)) void handle(request, response)
    },
    hashes,
    observe: observer.begin,
    onShed: counts.countShed,
    checkDatabase,
    isPrepared: () => env.readyFile === null || existsSync(env.readyFile),
    metrics: env.metrics === 'own port' ? metrics : null,
    isStopping: () => isStopping,
  })
  const metricsServer = metrics && createMetricsServer(metrics)
  // Before the app's own, so that nobody is answered by a process that then ends.
  const metricsUrl =
    metricsServer && typeof env.metrics === 'number'
      ? await listen(metricsServer, {
          host: env.host,
          port: env.metrics,
          variable: 'METRICS_PORT',
        })
      : null
  const url = await listen(server, env)
  log.write('info', 'listening', { url, ...(metricsUrl && { metrics: metricsUrl }) })

  onFirstSignal(process, async () => {
    isStopping = true
    log.log('info', 'stopping')
    await stopServer(server, { pause: env.stopPause })
    metricsServer?.close()
    log.log('info', 'stopped')
    await log.flush()
    process.exit(0)
  })
}
