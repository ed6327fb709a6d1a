import { afterEach, expect, inject, it } from 'vitest'
import { shutDown } from '../lifecycle.js'
import { createDatabase, openBrowser, quickHashing, readTestEnv } from './_app.js'
import { getAddressHeader } from './client-address.js'
import { getAccountLog } from './running.js'
import { startAuth } from './server.js'

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
const password = 'correct horse battery'

afterEach(() => shutDown())

async function start() {
  const database = await createDatabase(inject('databases')[0]?.url ?? '')
  const open = () =>
    startAuth(readTestEnv(database, { ...local, TRIAL: '1' }), { hashing: quickHashing })
  await open()
  const browser = openBrowser(local.BETTER_AUTH_URL)
  const headers = { 'user-agent': 'Test/1', [getAddressHeader()]: '203.0.113.9' }
  const post = (path: string, body: unknown) =>
    browser.send('POST', `/api/auth${path}`, body, headers)
  const person = { name: 'Alice', email: 'alice@example.com', password }
  const { user } = await (await post('/sign-up/email', person)).json()
  /** What is written down, once everything that was begun has been. */
  async function list() {
    await shutDown()
    await open()
    return getAccountLog().list(user.id, 200)
  }
  return { id: String(user.id), post, list }
}

it('says who signed in from where, and what was changed, the newest first', async () => {
  const { post, list } = await start()
  await post('/sign-in/email', { email: 'alice@example.com', password: 'not the password' })
  await post('/sign-in/email', { email: 'alice@example.com', password })
  await post('/change-password', { currentPassword: 'wrong password', newPassword: 'the next one' })
  await post('/change-password', { currentPassword: password, newPassword: 'the next one' })
  const events = await list()
  expect(events.map(({ kind }) => kind).sort()).toEqual([
    'password changed',
    'signed in',
    'signed in',
  ])
  for (const event of events) {
    expect(event).toMatchObject({
      userAgent: 'Test/1',
      address: '203.0.113.9',
      at: expect.any(Date),
    })
  }
})

it('keeps the newest hundred of a person, and nothing of who is deleted', async () => {
  const { id, post, list } = await start()
  const headers = new Headers({ 'user-agent': 'x'.repeat(5000) })
  for (let count = 0; count < 105; count += 1) await getAccountLog().note(id, 'signed in', headers)
  const events = await list()
  expect(events).toHaveLength(100)
  expect(events[0]?.userAgent).toHaveLength(512)
  await getAccountLog().note('somebody else', 'signed in', headers)
  expect((await post('/delete-user', { password })).status).toBe(200)
  expect(await list()).toEqual([])
  expect(await getAccountLog().list('somebody else', 10)).toHaveLength(1)
})
