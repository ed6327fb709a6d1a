/**
 * The web server: Next.js behind a plain HTTP server that knows who called, and that ends when it
 * is told to.
 */
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { addressHeader, readClientAddress } from './auth/client-address.js'
import { type Env, readEnv } from './env.js'
import { shutDown, untilStarted } from './lifecycle.js'
import { EnvError } from './variable.js'

const dir = fileURLToPath(new URL('..', import.meta.url))
/** Milliseconds that answers under way are given to finish. */
const patience = 5_000
/** Milliseconds; longer than a load balancer keeps an idle connection, or it would send into one that just closed. */
const keepAliveTimeout = 65_000
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
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const forwarded = request.headers['x-forwarded-for']
    request.headers[addressHeader] = readClientAddress(
      Array.isArray(forwarded) ? forwarded.join() : forwarded,
      request.socket.remoteAddress,
    )
    void handle(request, response)
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
    process.once(signal, () => void stop(server))
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
    if (error instanceof EnvError) return exit(error.message)
    throw error
  }
}

function exit(reason: string): never {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
