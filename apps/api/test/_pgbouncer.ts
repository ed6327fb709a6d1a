/** A PgBouncer in transaction mode in front of a server, where one is installed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'

export interface PgBouncer {
  /** The same database, through the pooler. */
  url(database: string): string
  stop(): Promise<void>
}

/** The id of `nobody` on every system that PgBouncer is packaged for: it refuses to run as root. */
const NOBODY = 65_534

/** The path of the program, or undefined where it is not installed. */
export function findPgBouncer(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, 'pgbouncer')).find(isExecutable)
}

/** Starts one with two connections to the server behind `url`, whatever number of clients comes. */
export async function startPgBouncer(program: string, url: string): Promise<PgBouncer> {
  const server = new URL(url)
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-bouncer-'))
  const port = await findPort()
  const ini = join(folder, 'pgbouncer.ini')
  const users = join(folder, 'users.txt')
  await writeFile(users, `"${server.username}" "${decodeURIComponent(server.password)}"\n`)
  await writeFile(
    ini,
    `[databases]
* = host=${server.hostname} port=${server.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
max_client_conn = 500
`,
  )
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [folder, ini, users]) await chown(path, NOBODY, NOBODY)
  await chmod(folder, 0o700)
  const child = spawn(program, ['-q', ini], {
    stdio: 'ignore',
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  })
  const through = (database: string) => {
    const address = new URL(database)
    address.hostname = '127.0.0.1'
    address.port = String(port)
    return address.href
  }
  await waitFor(through(url), child)
  return {
    url: through,
    stop: async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function waitFor(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch (error) {
      if (attempt > 100 || child.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await client.end().catch(() => {})
    }
  }
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port was found.')
  return address.port
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
