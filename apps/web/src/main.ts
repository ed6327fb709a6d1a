/**
 * The web server: Next.js behind a plain HTTP server that knows who called, and that ends when it
 * is told to.
 */
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { createLogger } from './auth/log.js'
import { getFeedListener } from './auth/running.js'
import { type Env, readEnv } from './env.js'
import { createWebServer } from './http/server.js'
import { shutDown, untilStarted } from './lifecycle.js'
import { StartError } from './start-error.js'

const dir = fileURLToPath(new URL('..', import.meta.url))
/** Milliseconds that answers under way are given to finish. */
const patience = 5_000
const development = process.argv.includes('--dev')

await main()

async function main(): Promise<void> {
  const env = readEnvOrExit()
  const app = next({ dev: development, dir, hostname: env.host, port: env.port })
  await app.prepare()
  // Next.js has begun to run instrumentation.ts, which ends the process with a sentence where the
  // app cannot start.
  await untilStarted()
  const handle = app.getRequestHandler()
  let isStopping = false
  const server = createWebServer({
    env,
    log: createLogger(env.logLevel),
    answersFeed: getFeedListener(),
    handle: (request, response) => void handle(request, response),
    isStopping: () => isStopping,
  })
  server.on('error', (error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'EADDRINUSE'
        ? `Port ${env.port} is taken. Set PORT to another one, and BETTER_AUTH_URL to match.`
        : `The web app cannot listen on ${env.host} port ${env.port} (${error.code}). Check HOST and PORT.`
    exit(reason)
  })
  server.listen(env.port, env.host, () => {
    process.stdout.write(
      `The web app listens for ${env.public.appUrl} on ${env.host} port ${env.port}.\n`,
    )
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      isStopping = true
      void stop(server)
    })
  }
}

/** Lets answers under way finish, for a few seconds; what waits for news is answered first. */
async function stop(server: Server): Promise<void> {
  const answered = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection becomes idle only after its answer, and a browser may keep it for minutes.
  setInterval(() => server.closeIdleConnections(), 20)
  setTimeout(() => server.closeAllConnections(), patience)
  await shutDown(answered)
  process.exit(0)
}

function readEnvOrExit(): Env {
  try {
    return readEnv()
  } catch (error) {
    if (error instanceof StartError) return exit(error.message)
    throw error
  }
}

function exit(reason: string): never {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
