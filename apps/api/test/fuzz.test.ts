/** Everything that the OpenAPI document allows, and much that it does not. The bench `faults:fuzz` asks for longer. */
import pino from 'pino'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { fuzz } from '../../../scripts/test/openapi-fuzz.js'
import type { App } from '../src/http/context.js'
import { type RunningServer, startServer } from '../src/http/server.js'
import { createTestApi, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

const [database] = inject('databases')
let db: TestDatabase
let api: TestApi
let server: RunningServer

beforeAll(async () => {
  db = await createTestDatabase(database?.url ?? '')
  api = await createTestApi(db.database)
  const log = pino({ level: 'silent' })
  server = await startServer({ app: api.app, host: '127.0.0.1', port: 0, log })
})
afterAll(async () => {
  await server.stop()
  api.close()
  await db.close()
})

it('answers as its document says, whatever is asked', async () => {
  const headers = { Authorization: `Bearer ${(await api.signIn('ada')).token}` }
  const { counts, faults } = await fuzz({ url: server.url, headers, requests: 600, seed: 1 })
  expect([...new Set(faults)]).toEqual([])
  // Neither refused throughout nor unanswered.
  expect(counts).toMatchObject(
    Object.fromEntries([200, 403, 404, 412, 422].map((status) => [status, expect.any(Number)])),
  )
})

it.each([
  ['500 ', () => new Response('{}', { status: 500 })],
  [
    '200 with the type "text/html"',
    () => new Response('', { headers: { 'Content-Type': 'text/html' } }),
  ],
  ['200 ✖ Invalid input', () => Response.json({ tasks: [], nextCursor: 7 })],
  ['418 is not named', () => new Response('{}', { status: 418 })],
])('would find an answer that is none: %s', async (fault, answer) => {
  const fetch = async (...sent: Parameters<App['fetch']>) =>
    new URL(sent[0].url).pathname.endsWith('/tasks') ? answer() : await api.app.fetch(...sent)
  const log = pino({ level: 'silent' })
  const broken = await startServer({ app: { fetch }, host: '127.0.0.1', port: 0, log })
  const { faults } = await fuzz({ url: broken.url, headers: {}, requests: 60, seed: 1 })
  expect(faults.map((found) => found.slice(0, fault.length))).toContain(fault)
  await broken.stop()
})
