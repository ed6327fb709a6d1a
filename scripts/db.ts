/** `npm run db`: the embedded Postgres alone. It prints the URLs of its databases. */

import { startPostgres } from './postgres/embedded.js'
import { printFailure, StartError } from './process/start-error.js'
import { readDataDir, readEnvFile } from './start/data-dir.js'

main().catch((error) => {
  printFailure(error)
  process.exitCode = 1
})

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
  console.log(`TASKS_DATABASE_URL=${server.url('claimcheck_api')}`)
  console.log(`MIGRATIONS_DATABASE_URL=${server.url('claimcheck_tasks')}`)
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
