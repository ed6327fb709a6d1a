import { beforeAll, expect, inject, it, onTestFinished } from 'vitest'
import { createDatabase, openBrowser, readClaims, readTestEnv } from '../auth/_app.js'
import { getAuth } from '../auth/running.js'
import { startAuth } from '../auth/server.js'
import { shutDown } from '../lifecycle.js'
import { endDevice, endOtherDevices, listDevices } from './devices.js'

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }

let database: string

beforeAll(async () => {
  database = await createDatabase(inject('databases')[0]?.url ?? '')
})

/** Somebody who signed in at the first of so many devices, and then at the others. */
async function join(email: string, devices: number) {
  await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }))
  onTestFinished(() => shutDown())
  const browser = openBrowser('http://localhost:3000')
  const person = { name: 'Test', email, password: 'correct horse battery' }
  await browser.send('POST', '/api/auth/sign-up/email', person)
  const answer = await browser.send('GET', '/api/auth/get-session')
  const { session, user } = await answer.json()
  const { internalAdapter } = await getAuth().$context
  for (let count = 1; count < devices; count += 1) await internalAdapter.createSession(user.id)
  async function readEnded(): Promise<string[]> {
    const feed = await (await browser.send('GET', '/api/auth/revocations')).text()
    const { sids } = readClaims(feed)
    return Array.isArray(sids) ? sids : []
  }
  return { browser, readEnded, hereId: String(session.id), userId: String(user.id) }
}

it('lists this device first, however long ago it signed in, and says how many there are', async () => {
  const { hereId, userId } = await join('many@example.com', 60)
  const { shown, count } = await listDevices(getAuth(), userId, hereId)
  expect([shown.length, count, shown[0]?.id]).toEqual([50, 60, hereId])
  // Above all not the token, which would open the session.
  const read = Object.entries(shown[0] ?? {}).filter(([, value]) => value !== undefined)
  const names = read.map(([name]) => name).sort()
  expect(names).toEqual(['createdAt', 'id', 'updatedAt', 'userAgent'])
  const uses = shown.slice(1).map(({ updatedAt }) => updatedAt.getTime())
  expect(uses).toEqual(uses.toSorted((one, other) => other - one))
})

it('signs out every other device, also those that no page lists, and has their tokens refused', async () => {
  const { browser, readEnded, hereId, userId } = await join('everywhere@example.com', 151)
  const before = (await readEnded()).length
  expect(await endOtherDevices(getAuth(), userId, hereId)).toBe(150)
  expect((await listDevices(getAuth(), userId, hereId)).count).toBe(1)
  // The document of the feed may be a quarter of a second old.
  await expect.poll(async () => (await readEnded()).length - before, { timeout: 20_000 }).toBe(150)
  expect((await browser.send('GET', '/api/auth/token')).status).toBe(200)
})

it('signs out one device of a person, and nobody else’s', async () => {
  const { hereId, userId } = await join('one@example.com', 2)
  const other = (await listDevices(getAuth(), userId, hereId)).shown[1]?.id ?? ''
  expect(await endDevice(getAuth(), 'somebody-else', other)).toBe(0)
  expect(await endDevice(getAuth(), userId, other)).toBe(1)
  expect((await listDevices(getAuth(), userId, hereId)).count).toBe(1)
})
