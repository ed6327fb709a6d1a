/**
 * PgBouncer in transaction mode before a database, where it is installed: no session survives a
 * transaction.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** Whether the machine has it. */
export function hasPgbouncer(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** @param databaseUrl What it leads to, by one server connection only. */
export async function startPgbouncer(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const port = await findPort()
  const folder = mkdtempSync(join(tmpdir(), 'claimcheck-pgbouncer-'))
  const config = join(folder, 'pgbouncer.ini')
  const option = (name: string, value: string) => `${name}='${decodeURIComponent(value)}'`
  writeFileSync(
    config,
    `[databases]
app = ${option('host', target.searchParams.get('host') ?? target.hostname)} ${option('port', target.port || '5432')} ${option('dbname', target.pathname.slice(1))} ${option('user', target.username)} ${option('password', target.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
server_reset_query_always = 1
`,
  )
  // It refuses to run as root, and reads its file as whom it runs.
  chmodSync(folder, 0o755)
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn('pgbouncer', [...asNobody, config], { stdio: 'ignore' })
  const url = `postgres://app@127.0.0.1:${port}/app`
  await untilReady(url, child)
  return {
    url,
    async close() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`)
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return
    } catch {
      await wait(100)
    }
  }
  throw new Error('pgbouncer did not answer within five seconds')
}

async function findPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port was given')
  return address.port
}
