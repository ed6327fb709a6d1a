/** Sessions and counts in a real Redis, where redis-server is installed. */
import { Redis } from 'ioredis'
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { findRedis, type RedisServer, startRedis } from '../../../../../scripts/test/redis.js'
import { endDevice, listDevices } from '../../account/devices.js'
import { shutDown } from '../../lifecycle.js'
import { createDatabase, openBrowser, quickHashing, readTestEnv } from '../_app.js'
import { getAuth, getLimiter } from '../running.js'
import { startAuth } from '../server.js'
import { toSecondaryStorage } from './redis.js'

const program = findRedis()
if (!program) console.log('Not tested: sessions in Redis, because redis-server is not installed.')
const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
const person = { name: 'Alice', email: 'alice@example.com', password: 'correct horse battery' }

async function start(redisUrl: string): Promise<string> {
  const database = await createDatabase(inject('databases')[0]?.url ?? '')
  const env = readTestEnv(database, { ...local, TRIAL: '1', REDIS_URL: redisUrl })
  await startAuth(env, { hashing: quickHashing })
  return database
}

async function signIn() {
  const browser = openBrowser(local.BETTER_AUTH_URL)
  const answer = await browser.send('POST', '/api/auth/sign-in/email', person)
  expect(answer.status).toBe(200)
  const { user } = await answer.json()
  return { browser, userId: String(user.id) }
}

async function readToken(browser: ReturnType<typeof openBrowser>): Promise<number> {
  return (await browser.send('GET', '/api/auth/token')).status
}

afterEach(() => shutDown())

describe.skipIf(!program)('a session that is kept in Redis as well', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis(program ?? '')
  })
  afterAll(() => redis.stop())

  it('ends there when it ends, signed out here or from another device', async () => {
    await start(redis.url)
    const first = openBrowser(local.BETTER_AUTH_URL)
    await first.send('POST', '/api/auth/sign-up/email', person)
    const { browser: second, userId } = await signIn()
    const { browser: third } = await signIn()
    const { shown, count } = await listDevices(getAuth(), userId, '')
    expect(count).toBe(3)
    expect([await readToken(second), await readToken(third)]).toEqual([200, 200])
    const cookies = new Map(third.cookies)
    expect((await third.send('POST', '/api/auth/sign-out', {})).status).toBe(200)
    for (const [name, value] of cookies) third.cookies.set(name, value)
    expect(await readToken(third)).toBe(401)
    for (const { id } of shown) await endDevice(getAuth(), userId, id)
    expect([await readToken(first), await readToken(second)]).toEqual([401, 401])
  })

  it('counts together with other processes', async () => {
    await start(redis.url)
    const limit = { window: 60, max: 2 }
    const key = `test ${crypto.randomUUID()}`
    const limiter = getLimiter()
    expect((await limiter.consume(key, limit)).allowed).toBe(true)
    await shutDown()
    await start(redis.url)
    expect((await getLimiter().consume(key, limit)).allowed).toBe(true)
    const third = await getLimiter().consume(key, limit)
    expect(third.allowed).toBe(false)
    expect(third.retryAfter).toBeGreaterThan(0)
    await getLimiter().clear(key, limit)
    expect((await getLimiter().consume(key, limit)).allowed).toBe(true)
  })

  it('is read from the database while Redis is away, and ends only where Redis can be told', async () => {
    await start(redis.url)
    const first = openBrowser(local.BETTER_AUTH_URL)
    await first.send('POST', '/api/auth/sign-up/email', person)
    await redis.stop()
    const { browser: second } = await signIn()
    expect([await readToken(first), await readToken(second)]).toEqual([200, 200])
    const cookies = new Map(first.cookies)
    const refused = await first.send('POST', '/api/auth/sign-out', {})
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    redis = await startRedis(program ?? '', redis.port)
    const signOut = () => first.send('POST', '/api/auth/sign-out', {})
    for (const [name, value] of cookies) first.cookies.set(name, value)
    await expect.poll(async () => (await signOut()).status, { timeout: 20_000 }).toBe(200)
    for (const [name, value] of cookies) first.cookies.set(name, value)
    expect([await readToken(first), await readToken(second)]).toEqual([401, 200])
  })
})

describe('a Redis that is away', () => {
  const nothing = 'redis://127.0.0.1:1'

  it('keeps nobody from signing in, and limits are counted here', async () => {
    await start(nothing)
    const browser = openBrowser(local.BETTER_AUTH_URL)
    expect((await browser.send('POST', '/api/auth/sign-up/email', person)).status).toBe(200)
    const { browser: second } = await signIn()
    expect([await readToken(browser), await readToken(second)]).toEqual([200, 200])
    const limit = { window: 60, max: 1 }
    expect((await getLimiter().consume('test', limit)).allowed).toBe(true)
    expect((await getLimiter().consume('test', limit)).allowed).toBe(false)
  })

  it('fails what would leave a session in it', async () => {
    const redis = new Redis(nothing, { maxRetriesPerRequest: 0, retryStrategy: null })
    redis.on('error', () => undefined)
    onTestFinished(() => redis.disconnect())
    const storage = toSecondaryStorage(redis)
    await expect(storage.delete('token')).rejects.toMatchObject({ statusCode: 503 })
    expect(await storage.get('token')).toBeNull()
  })
})
