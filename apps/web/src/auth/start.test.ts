import pg from 'pg'
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { shutDown } from '../lifecycle.js'
import { StartError } from '../start-error.js'
import { createDatabase, openBrowser, quickHashing, readTestEnv } from './_app.js'
import { getAuth, getRunning } from './running.js'
import { startAuth } from './server.js'
import { hasPgbouncer, startPgbouncer } from './store/_pgbouncer.js'

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
const alice = { name: 'Alice', email: 'alice@example.com', password: 'correct horse battery' }

afterEach(() => shutDown())

describe('a start that fails', () => {
  const [server] = inject('databases')
  const at = (change: (url: URL) => void) => {
    const url = new URL(server?.url ?? '')
    change(url)
    return readTestEnv(url.href)
  }

  it.each([
    [
      'nothing listens',
      () => readTestEnv('postgres://x:hunter2@127.0.0.1:1/x'),
      /^The database of AUTH_DATABASE_URL cannot be reached: start it.*ECONNREFUSED/,
    ],
    [
      'the name is unknown',
      () => readTestEnv('postgres://x:hunter2@nowhere.invalid/x'),
      /^The database of AUTH_DATABASE_URL cannot be reached/,
    ],
    [
      'there is no such database',
      () =>
        at((url) => {
          url.pathname = '/no_such_database'
        }),
      /AUTH_DATABASE_URL is not there: create it/,
    ],
  ])('says so in one sentence when %s', async (_, read, sentence) => {
    const failure = await startAuth(read()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StartError)
    expect(failure).toMatchObject({ message: expect.stringMatching(sentence) })
    expect(String(failure)).not.toMatch(/hunter2|\n/)
    expect(getRunning()).toBeUndefined()
  })

  it('says so when the secret is another one than the keys were stored under', async () => {
    const database = await createDatabase(server?.url ?? '')
    await startAuth(readTestEnv(database))
    await shutDown()
    const changed = { BETTER_AUTH_SECRET: 'another-secret-that-is-just-as-long-and-wrong' }
    const failure = await startAuth(readTestEnv(database, changed)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StartError)
    expect(failure).toMatchObject({
      message: expect.stringMatching(/signing keys.*BETTER_AUTH_SECRETS/),
    })
    const both = {
      BETTER_AUTH_SECRETS: `2:${changed.BETTER_AUTH_SECRET},1:a-secret-for-tests-that-is-long-enough`,
    }
    await expect(startAuth(readTestEnv(database, both))).resolves.toBeUndefined()
  })
})

// Where it is not installed there is nothing to try; .ci/run says so.
describe.runIf(hasPgbouncer()).each(inject('databases'))(
  'behind a transaction pooler, on $name',
  ({ url }) => {
    it('starts, signs in and issues tokens, with one connection for everybody', async () => {
      const pooler = await startPgbouncer(await createDatabase(url))
      onTestFinished(pooler.close)
      // Whoever hashes holds the one connection; the others would wait too long on a busy machine.
      const env = readTestEnv(pooler.url, { ...local, TRIAL: '1' })
      await startAuth(env, { hashing: quickHashing })
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const browser = openBrowser('http://localhost:3000')
          const email = `pooled-${index}@example.com`
          const signUp = await browser.send('POST', '/api/auth/sign-up/email', { ...alice, email })
          expect(signUp.status).toBe(200)
          const token = await browser.send('GET', '/api/auth/token')
          expect(token.status).toBe(200)
          expect((await browser.send('POST', '/api/auth/sign-out', {})).status).toBe(200)
        }),
      )
      expect(
        (await getAuth().handler(new Request('http://localhost:3000/api/auth/jwks'))).status,
      ).toBe(200)
    })
  },
)

describe('a database that goes away', () => {
  it('makes sign-in answer 503 and never 401, and nothing about it', async () => {
    const [server] = inject('databases')
    const database = await createDatabase(server?.url ?? '')
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }), { hashing: quickHashing })
    const browser = openBrowser('http://localhost:3000')
    const signUp = await browser.send('POST', '/api/auth/sign-up/email', alice)
    expect(signUp.status).toBe(200)
    await dropDatabase(server?.url ?? '', database)
    for (const [method, path, body] of [
      ['GET', '/api/auth/token', undefined],
      ['POST', '/api/auth/sign-in/email', alice],
      ['GET', '/api/auth/jwks', undefined],
    ] as const) {
      const answer = await browser.send(method, path, body)
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '2'])
      expect(await answer.text()).not.toMatch(/claimcheck_web|postgres|3D000/)
    }
    expect(getAuth()).toBeDefined()
  })
})

async function dropDatabase(serverUrl: string, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`)
  await client.end()
}
