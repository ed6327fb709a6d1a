import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { identifyProcess } from '../process/identity.js'
import { root } from '../start/data-dir.js'
import { startPostgres } from './embedded.js'

const isRoot = process.getuid?.() === 0
/** Data that was made once, which takes seconds; a test that begins with such data leaves no server on it. */
let madeDir: string
let dataDir: string

beforeAll(async () => {
  madeDir = await makeFolder()
  const server = await startPostgres({ dataDir: madeDir, durable: false })
  await server.stop()
})

beforeEach(async () => {
  dataDir = await makeFolder()
})

afterEach(async () => {
  if (dataDir !== madeDir) await rm(dataDir, { recursive: true, force: true })
})

afterAll(async () => {
  await rm(madeDir, { recursive: true, force: true })
})

describe('the embedded Postgres', { timeout: 60_000 }, () => {
  test('keeps the databases of the two apps apart, and neither login is a superuser', async () => {
    const server = await startPostgres({ dataDir, durable: false })
    const own = await query(
      server.url('claimcheck_tasks'),
      `select rolname, rolsuper, rolcreaterole, current_setting('server_encoding') as encoding,
              lower('É') as lower, current_setting('listen_addresses') as addresses
       from pg_roles where rolname = current_user`,
    )
    expect(own).toEqual([
      {
        rolname: 'claimcheck_tasks',
        rolsuper: false,
        rolcreaterole: true,
        encoding: 'UTF8',
        lower: 'é',
        addresses: '127.0.0.1',
      },
    ])
    for (const [login, database] of [
      ['claimcheck_tasks', 'claimcheck_auth'],
      ['claimcheck_auth', 'claimcheck_tasks'],
      ['claimcheck_auth', 'postgres'],
    ] as const) {
      const url = new URL(server.url(login))
      url.pathname = `/${database}`
      await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '42501' })
    }
    await query(server.url('claimcheck_tasks'), 'create role some_role nologin')
    await expect(
      query(server.url('claimcheck_auth'), 'create role some_other_role nologin'),
    ).rejects.toMatchObject({ code: '42501' })
    await server.stop()
  })

  test('lets the login that serves requests connect, and own or make nothing', async () => {
    dataDir = madeDir
    const server = await startPostgres({ dataDir, durable: false })
    await expectServesOnly(server.url('claimcheck_api'))
    await server.stop()
  })

  test('gives data of a version with fewer logins the one it lacks, and keeps it', async () => {
    dataDir = madeDir
    const old = await startPostgres({ dataDir, durable: false })
    await query(old.url('claimcheck_tasks'), 'create table kept_by_upgrade as select 7 as n')
    for (const text of [
      'revoke all on database claimcheck_tasks from claimcheck_api',
      'drop role claimcheck_api',
    ]) {
      await query(old.url('postgres'), text)
    }
    await old.stop()
    const path = join(dataDir, 'postgres.json')
    const { claimcheck_api: _, ...passwords } = JSON.parse(await readFile(path, 'utf8')).passwords
    await writeFile(path, JSON.stringify({ passwords }))
    const upgraded = await startPostgres({ dataDir, durable: false })
    const address = new URL(upgraded.url('claimcheck_api'))
    await expectServesOnly(address.href)
    expect(await query(upgraded.url('claimcheck_tasks'), 'select n from kept_by_upgrade')).toEqual([
      { n: 7 },
    ])
    await upgraded.stop()
    const again = await startPostgres({ dataDir, durable: false })
    expect(new URL(again.url('claimcheck_api')).password).toBe(address.password)
    await expectServesOnly(again.url('claimcheck_api'))
    await again.stop()
  })

  test('asks for a password, which only the owner of DATA_DIR can read', async () => {
    dataDir = madeDir
    const server = await startPostgres({ dataDir, durable: false })
    const url = new URL(server.url('postgres'))
    url.password = 'guess'
    await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    for (const name of ['postgres.json', 'postgres.log']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600)
    }
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700)
    await server.stop()
  })

  test('has its data again after a stop, on another port, and is refused while it runs', async () => {
    dataDir = madeDir
    const first = await startPostgres({ dataDir })
    await query(first.url('claimcheck_auth'), 'create table kept (n int)')
    await query(first.url('claimcheck_auth'), 'insert into kept values (7)')
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      `Process ${process.pid} is using the database in ${dataDir}/postgres.`,
    )
    await first.stop()
    const second = await startPostgres({ dataDir })
    expect(second.port).not.toBe(first.port)
    expect(await query(second.url('claimcheck_auth'), 'select n from kept')).toEqual([{ n: 7 }])
    await second.stop()
  })

  test('refuses a port that is taken, naming the variable', async () => {
    dataDir = madeDir
    const server = await startPostgres({ dataDir, durable: false })
    const other = join(dataDir, 'other')
    const start = startPostgres({ dataDir: other, port: server.port, durable: false })
    await expect(start).rejects.toThrow(`Port ${server.port} is taken. Set DB_PORT to a free one.`)
    await server.stop()
  })

  test.each([
    ['a process that ended and was not collected', startZombie],
    ['another program', async () => process.pid],
    ['no process at all', async () => 2 ** 22 - 3],
  ])('starts where the pid that a killed server left is that of %s', async (_, findPid) => {
    dataDir = madeDir
    const first = await startPostgres({ dataDir, durable: false })
    const path = join(dataDir, 'postgres/data/postmaster.pid')
    const left = (await readFile(path, 'utf8')).replace(/^\d+/, String(await findPid()))
    await first.stop()
    await writeFile(path, left)
    const second = await startPostgres({ dataDir, durable: false })
    await second.stop()
  })

  test('does not let what people wrote into its log', async () => {
    dataDir = madeDir
    const server = await startPostgres({ dataDir, durable: false })
    const url = server.url('claimcheck_tasks')
    await expect(query(url, "select 'my secret' / 0")).rejects.toThrow()
    await expect(query(url, 'bad syntax, my secret')).rejects.toThrow()
    await server.stop()
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toContain('my secret')
  })

  test.runIf(isRoot)('lies elsewhere where the user whom root lends it cannot enter', async () => {
    const closed = join(dataDir, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const told: string[] = []
    const log = (line: string) => told.push(line)
    const server = await startPostgres({ dataDir: join(closed, 'data'), durable: false, log })
    const [row] = await query(server.url('postgres'), 'show data_directory')
    await server.stop()
    const folder = String(row?.data_directory).replace(/\/data$/, '')
    expect(told).toEqual([expect.stringContaining(`the data lies in ${folder}.`)])
    expect(folder).toMatch(/^\/var\/lib\/claimcheck\/[\da-f]{16}$/)
    await rm(folder, { recursive: true })
    await rm(`${folder}.lock`, { recursive: true })
  })
})

describe('npm run db', { timeout: 60_000 }, () => {
  test('prints the three URLs and ends its server on SIGTERM', async () => {
    const { child, auth, api, tasks } = await runDb()
    expect(await query(auth, 'select current_database() as name')).toEqual([
      { name: 'claimcheck_auth' },
    ])
    expect(await query(tasks, 'select current_database() as name')).toEqual([
      { name: 'claimcheck_tasks' },
    ])
    expect(await query(api, 'select current_database() as name, current_user as login')).toEqual([
      { name: 'claimcheck_tasks', login: 'claimcheck_api' },
    ])
    const server = await readServerPid()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(identifyProcess(server)).toBeUndefined()
  })

  test('ends its server when it is killed, and starts again with all that was acknowledged', async () => {
    dataDir = madeDir
    const first = await runDb()
    await query(first.tasks, 'create table kept_by_start (n int)')
    const server = await readServerPid()
    first.child.kill('SIGKILL')
    await expect.poll(() => identifyProcess(server), { timeout: 10_000 }).toBeUndefined()
    const second = await runDb()
    expect(await query(second.tasks, 'select count(*)::int as n from kept_by_start')).toEqual([
      { n: 0 },
    ])
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })

  test('loses no acknowledged row when the server is killed in the middle of writing', async () => {
    dataDir = madeDir
    const first = await runDb()
    await query(first.tasks, 'create table kept (n int primary key)')
    const server = await readServerPid()
    const acknowledged = await writeUntilKilled(first.tasks, server)
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(await once(first.child, 'exit')).toEqual([1, null])
    const second = await runDb()
    const rows = await query(second.tasks, 'select n from kept order by n')
    const kept = new Set(rows.map(({ n }) => n))
    expect(acknowledged.filter((n) => !kept.has(n))).toEqual([])
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })

  test('stops the server that a start left behind which took its watchdog with it', async () => {
    dataDir = madeDir
    const first = await runDb()
    await query(first.tasks, 'create table kept_by_orphan (n int)')
    const server = await readServerPid()
    for (const pid of await listChildren(first.child)) {
      if (pid !== server) process.kill(pid, 'SIGKILL')
    }
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    expect(identifyProcess(server)).toBeDefined()
    const second = await runDb()
    expect(second.told).toContain('Stopping the Postgres that an earlier start left running.')
    expect(identifyProcess(server)).toBeUndefined()
    expect(await query(second.tasks, 'select count(*)::int as n from kept_by_orphan')).toEqual([
      { n: 0 },
    ])
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })
})

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-postgres-'))
  await chmod(folder, 0o711)
  return folder
}

/** Expects a login of no rights but to connect. */
async function expectServesOnly(url: string): Promise<void> {
  const [rights] = await query(
    url,
    `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,
       has_database_privilege(current_database(), 'create') as creates,
       has_database_privilege(current_database(), 'temp') as temp,
       exists (select from pg_auth_members where member = r.oid) as member
     from pg_roles r where rolname = current_user`,
  )
  expect(Object.values(rights ?? {})).toEqual(Array(8).fill(false))
  for (const text of ['create table mine (n int)', 'create schema mine', 'create role mine']) {
    await expect(query(url, text), text).rejects.toMatchObject({ code: '42501' })
  }
}

interface RunningDb {
  child: ChildProcess
  auth: string
  /** For the login that serves requests. */
  api: string
  /** For the owner. */
  tasks: string
  told: string
}

async function runDb(): Promise<RunningDb> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/db.ts'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, DB_PORT: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  let told = ''
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  for await (const chunk of child.stdout) {
    printed += chunk
    const found =
      /^AUTH_DATABASE_URL=(\S+)\nTASKS_DATABASE_URL=(\S+)\nMIGRATIONS_DATABASE_URL=(\S+)\n$/.exec(
        printed,
      )
    if (found?.[1] && found[2] && found[3]) {
      return { child, auth: found[1], api: found[2], tasks: found[3], told }
    }
  }
  throw new Error(`npm run db ended: ${told}`)
}

async function readServerPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10)
}

/** Inserts rows, kills the server after a hundred and goes on, and answers which were acknowledged. */
async function writeUntilKilled(url: string, server: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  const acknowledged: number[] = []
  try {
    for (let n = 0; ; n++) {
      await client.query('insert into kept values ($1)', [n])
      acknowledged.push(n)
      if (n === 100) process.kill(server, 'SIGKILL')
    }
  } catch {
    return acknowledged
  }
}

/** `sleep` replaces the shell and never asks for the shell's child. */
async function startZombie(): Promise<number> {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 10'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(parent.stdout, 'data')
  return Number(String(line))
}

async function listChildren({ pid }: ChildProcess): Promise<number[]> {
  const listing = spawn('ps', ['-A', '-o', 'pid=,ppid='], { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  for await (const chunk of listing.stdout) text += chunk
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return rows.flatMap(([child, parent]) => (parent === pid && child ? [child] : []))
}

async function query(url: string, text: string): Promise<{ [column: string]: unknown }[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
