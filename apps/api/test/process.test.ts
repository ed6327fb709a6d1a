/** The API as a process: refused starts, kill -9, SIGTERM, and the issuer on a real network. */

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as send } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier } from 'claimcheck'
import { createFileStore } from 'claimcheck/file-store'
import { createTestIssuer, type TestIssuer } from 'claimcheck/testing'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Task, TaskList } from '../src/tasks/schema.js'
import { readJson } from './_client.js'
import { createEmptyDatabase, toServing } from './_database.js'
import { type ApiProcess, type IssuerServer, runApi, serveIssuer, startApi } from './_process.js'

// Starting a process takes seconds when other tests keep the machine busy.
vi.setConfig({ testTimeout: 60_000 })

const anyDatabase = 'postgres://nobody@127.0.0.1:1/nothing'

describe('a start that is refused', () => {
  it('exits with 1 and a sentence for each variable that is wrong', async () => {
    const { code, stderr } = await runApi({ LOG_LEVEL: 'loud', JWT_ALGORITHM: 'none' })
    expect(code).toBe(1)
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^JWT_ALGORITHM must be .*\.$/),
      expect.stringMatching(/^TASKS_DATABASE_URL is missing: set it to .*\.$/),
      expect.stringMatching(/^LOG_LEVEL must be .*\.$/),
    ])
  })

  it('exits with 1 and a sentence when the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const taken = { DATABASE_URL: anyDatabase, PORT: String(port) }
    const takenByMetrics = { DATABASE_URL: anyDatabase, PORT: '0', METRICS_PORT: String(port) }
    const ended = await Promise.all([runApi(taken), runApi(takenByMetrics)])
    const begin = `Cannot listen on 127.0.0.1:${port}: the port is taken.`
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
      [1, `${begin} Set PORT to another, and API_URL to match.\n`],
      [1, `${begin} Set METRICS_PORT to another.\n`],
    ])
    await new Promise((resolve) => other.close(resolve))
  })
})

describe.each(inject('databases'))('the process on $name', ({ url }) => {
  const { call, start } = useProcesses(url)

  it('has lost nothing that it acknowledged when it is killed with -9', async () => {
    const first = await start()
    const created = await readJson(await call(first, 'POST', '/api/me/tasks', { title: 'Kept' }))
    first.child.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    const second = await start()
    const read = await call(second, 'GET', `/api/me/tasks/${created.id}`)
    expect(await readJson(read)).toEqual(created)
  })

  it('finishes what is in flight on SIGTERM, takes nothing new, and exits with 0', async () => {
    const api = await start()
    const task = await readJson(await call(api, 'POST', '/api/me/tasks', { title: 'Slow' }))
    const agent = new Agent({ keepAlive: true })
    await new Promise<void>((resolve) =>
      send(`${api.url}/livez`, { agent }, (response) => {
        response.resume().on('end', resolve)
      }).end(),
    )
    const lock = await lockTask(api.database, task)
    const slow = call(api, 'PATCH', `/api/me/tasks/${task.id}`, { title: 'Finished' })
    await lock.somebodyWaits()
    api.child.kill('SIGTERM')
    await expect.poll(() => api.lines.some(({ msg }) => msg === 'stopping')).toBe(true)
    // Whoever supervises a process may ask again, and otherwise.
    api.child.kill('SIGTERM')
    api.child.kill('SIGINT')
    await expect
      .poll(() =>
        fetch(`${api.url}/livez`).then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('refused')
    await lock.release()
    expect(await readJson(await slow)).toMatchObject({ title: 'Finished', version: 2 })
    expect(await api.ended).toBe(0)
    await expect.poll(() => api.lines.at(-1)).toMatchObject({ msg: 'stopped' })
    expect(api.lines.filter(({ msg }) => msg === 'stopping')).toHaveLength(1)
    agent.destroy()
  })
})

describe('the process', () => {
  const [server] = inject('databases')
  const { call, issuer, start } = useProcesses(server?.url ?? '')

  it('FR-010: accepts RS256 beside EdDSA, logs no token, and ends on SIGINT', async () => {
    const rsa = await createTestIssuer({ algorithm: 'RS256' })
    const served = await serveIssuer(rsa)
    const api = await start({
      JWKS_URL: served.jwksUrl,
      JWT_ALGORITHM: 'EdDSA,RS256',
      LOG_LEVEL: 'trace',
    })
    const credential = await rsa.sign({ sub: 'ada' })
    const response = await fetch(`${api.url}/api/me/tasks`, {
      headers: { Authorization: `Bearer ${credential}` },
    })
    expect((await readJson<TaskList>(response)).tasks).toEqual([])
    await served.close()

    api.child.kill('SIGINT')
    expect(await api.ended).toBe(0)
    await expect
      .poll(() => api.lines.map(({ msg }) => msg))
      .toEqual(
        expect.arrayContaining([
          'keys_changed',
          'database ready',
          'listening',
          'request',
          'stopped',
        ]),
      )
    expect(JSON.stringify(api.lines)).not.toContain(credential.slice(0, 30))
  })

  it('answers what comes through the pause after SIGTERM, on idle connections as well', async () => {
    const api = await start({ STOP_PAUSE_SECONDS: '300' })
    const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })]
    const ask = (agent: Agent | undefined, path = '/livez') =>
      new Promise<unknown[]>((resolve, reject) => {
        const asking = send(`${api.url}${path}`, { ...(agent && { agent }) }, (response) => {
          const { statusCode, headers } = response
          const answer = [statusCode, headers.connection, asking.reusedSocket]
          response.resume().on('end', () => resolve(answer))
        })
        asking.on('error', reject).end()
      })
    for (const agent of agents) expect(await ask(agent)).toEqual([200, 'keep-alive', false])
    api.child.kill('SIGTERM')
    await expect.poll(() => ask(undefined, '/readyz'), { timeout: 20_000 }).toContain(503)
    // The end of one connection is not the end of another, on which a request may be on its way.
    for (const agent of agents) expect(await ask(agent)).toEqual([200, 'close', true])
    for (const agent of agents) expect(await ask(agent)).toEqual([200, 'close', false])
  })

  it('SC-005: an issuer that takes connections and never answers delays no refusal', async () => {
    const silent = await serveIssuer('silent')
    const api = await start({ JWKS_URL: silent.jwksUrl })
    const bad = await fetch(`${api.url}/api/me`, { headers: { Authorization: 'Bearer x.y.z' } })
    expect(bad.status).toBe(401)
    const unchecked = await call(api, 'GET', '/api/me/tasks')
    expect([unchecked.status, (await unchecked.json()) as object]).toEqual([
      503,
      expect.objectContaining({ code: 'keys_unavailable' }),
    ])
    await silent.close()
  })

  it('starts with the keys of JWKS_FILE while the issuer is away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claimcheck-jwks-'))
    const file = join(folder, 'jwks.json')
    const own = await serveIssuer(issuer())
    const { fetch: _, ...options } = issuer().options
    const before = createVerifier({
      ...options,
      jwksUrl: own.jwksUrl,
      store: createFileStore(file),
    })
    await before.ready()
    await expect.poll(() => existsSync(file)).toBe(true)
    before.close()
    await own.close()
    const api = await start({ JWKS_URL: own.jwksUrl, JWKS_FILE: file })
    expect((await call(api, 'GET', '/api/me')).status).toBe(200)
    await rm(folder, { recursive: true })
  })
})

describe.each(inject('databases'))('a process with two logins on $name', ({ url }) => {
  const processes = useProcesses(url)

  it('migrates as the owner, and serves as the login that owns nothing', async () => {
    const database = await createEmptyDatabase(url, true)
    const serving = toServing(database)
    const api = await processes.start({
      TASKS_DATABASE_URL: serving,
      MIGRATIONS_DATABASE_URL: database,
    })
    const created = await processes.call(api, 'POST', '/api/me/tasks', { title: 'Mine' })
    expect(created.status).toBe(200)
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200)
    expect(api.lines.map(({ msg }) => String(msg)).join()).not.toContain('one database login')
    const client = new pg.Client({ connectionString: database })
    await client.connect()
    const { rows } = await client.query<{ login: string; count: number }>(
      `select usename as login, count(*)::int as count from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() group by 1`,
    )
    await client.end()
    const counts = Object.fromEntries(rows.map(({ login, count }) => [login, count]))
    expect(counts[new URL(serving).username]).toBeGreaterThan(0)
    expect(counts[new URL(database).username] ?? 0).toBeLessThanOrEqual(2)
  })

  it('expects what somebody else has migrated, where it is told to', async () => {
    const { code, stderr } = await runApi({
      TASKS_DATABASE_URL: await createEmptyDatabase(url),
      MIGRATE_AT_START: 'off',
      PORT: '0',
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^The database of TASKS_DATABASE_URL is not prepared.*npm run migrate\n$/,
    )
  })

  it('says which login is wrong, and ends', async () => {
    const database = await createEmptyDatabase(url, true)
    const { code, stderr } = await runApi({
      TASKS_DATABASE_URL: database,
      MIGRATIONS_DATABASE_URL: database,
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^MIGRATIONS_DATABASE_URL and TASKS_DATABASE_URL lead to the same login/)
  })
})

/** An issuer on a port, a database, and processes that are gone after each test. */
function useProcesses(url: string) {
  const running: ApiProcess[] = []
  let issuer: TestIssuer
  let keys: IssuerServer
  let token: string
  let database: string

  beforeAll(async () => {
    issuer = await createTestIssuer()
    keys = await serveIssuer(issuer)
    token = await issuer.sign({ sub: 'ada' })
    database = await createEmptyDatabase(url)
  })
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL')
      await ended
    }
  })
  afterAll(() => keys.close())

  return {
    issuer: () => issuer,
    start: async (more: Record<string, string> = {}) => {
      const api = await startApi({
        TASKS_DATABASE_URL: database,
        JWT_ISSUER: issuer.options.issuer,
        JWT_AUDIENCE: issuer.options.audience,
        JWKS_URL: keys.jwksUrl,
        REVOCATIONS_URL: 'off',
        ...more,
      })
      running.push(api)
      return { ...api, database }
    },
    call: (api: ApiProcess, method: string, path: string, body?: object) =>
      fetch(`${api.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
  }
}

interface Lock {
  /** Resolves once another transaction waits for the row. */
  somebodyWaits(): Promise<void>
  release(): Promise<void>
}

/** Holds the row of a task, so that whoever wants to change it waits. */
async function lockTask(url: string, { id, userId }: Task): Promise<Lock> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin')
  await client.query("select set_config('app.user_id', $1, true)", [userId])
  await client.query('select from claimcheck_tasks.tasks where id = $1 for update', [id])
  return {
    somebodyWaits: async () => {
      await expect
        .poll(async () => {
          const { rowCount } = await client.query(
            'select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
          )
          return rowCount
        })
        .toBe(1)
    },
    release: async () => {
      await client.query('rollback')
      await client.end()
    },
  }
}
