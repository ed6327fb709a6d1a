/** An answer that is given before the body was read costs nobody their next request. */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type AbusedApi, startAbusedApi } from './_api.js'
import { findNginx, startNginx } from './_nginx.js'

const database = inject('databases')[0] ?? { url: '' }
const tooLarge = Buffer.alloc(600 * 1024, 0x20)
const nginx = findNginx()

let api: AbusedApi
let headers: Record<string, string>
beforeAll(async () => {
  api = await startAbusedApi(database.url)
  headers = await api.signIn('ada')
})
afterAll(() => api.stop())

/** Requests that are answered before their body was read, and how. */
const unread = [
  ['a body that is too large', '/api/me/tasks', true, 413],
  ['a large body without a token', '/api/me/tasks', false, 401],
  ['a large body to the path of somebody else', '/api/bob/tasks', true, 403],
  ['a large body to a path that does not exist', '/nowhere', false, 404],
  ['a large body to a path that takes none', '/livez', false, 405],
] as const

it.each(unread)(
  'after %s, a pool of connections loses no request',
  async (_, path, isMember, status) => {
    for (let round = 0; round < 4; round += 1) {
      const refused = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: isMember ? headers : { 'Content-Type': 'application/json' },
        body: tooLarge,
      })
      expect(refused.status).toBe(status)
      expect(refused.headers.get('connection')).toBe('close')
      await refused.text()
      const next = await fetch(`${api.url}/api/me/tasks`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ title: 'Next' }),
      })
      expect(next.status).toBe(200)
      await next.text()
    }
  },
)

it.each(unread)(
  'after %s, an agent that keeps its connection loses no request',
  async (_, path, isMember, status) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let round = 0; round < 4; round += 1) {
      expect(await post(agent, path, isMember ? headers : {}, tooLarge)).toBe(status)
      expect(await post(agent, '/api/me/tasks', headers, Buffer.from('{"title":"Next"}'))).toBe(200)
    }
    agent.destroy()
  },
)

it('a body of the announced length that is not read is passed over, and what was pipelined behind it answered', async () => {
  const socket = connect(api.port, '127.0.0.1')
  const body = ' '.repeat(100_000)
  socket.write(
    `POST /api/bob/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
      'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  const answers = (await text(socket)).match(/HTTP\/1\.1 \d+/g)
  expect(answers).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
})

it('a request with two hosts is none, and nothing of it is looked at', async () => {
  const socket = connect(api.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET /livez HTTP/1.1\r\nHost: a.example\r\nhost: b.example\r\n\r\n')
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer).toMatch(/^connection: close\r$/im)
  expect(answer).toContain('"code":"request_malformed"')
})

it('a body in chunks without end is told to close, and cut off', async () => {
  const socket = connect(api.port, '127.0.0.1')
  let sent = 0
  socket.on('error', () => {})
  socket.write(
    'POST /api/me/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`)
  const pump = () => {
    while (!socket.destroyed && socket.write(chunk)) sent += chunk.length
  }
  socket.on('drain', pump)
  pump()
  let answer = ''
  socket.on('data', (bytes) => {
    answer += bytes
  })
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  expect(answer.toLowerCase()).toContain('connection: close')
  expect(sent).toBeLessThan(64 * 1024 * 1024)
})

it.skipIf(nginx === null)(
  'behind nginx with connections kept to the API, nothing is lost either',
  async () => {
    const proxy = await startNginx(nginx ?? '', api.port)
    for (let round = 0; round < 4; round += 1) {
      for (const [, path, isMember, status] of unread) {
        const refused = await fetch(`${proxy.url}${path}`, {
          method: 'POST',
          headers: isMember ? headers : { 'Content-Type': 'application/json' },
          body: tooLarge,
        })
        expect(refused.status).toBe(status)
        await refused.text()
        const next = await fetch(`${proxy.url}/api/me`, { headers })
        expect(next.status).toBe(200)
        await next.text()
      }
    }
    await proxy.stop()
  },
)

function post(
  agent: Agent,
  path: string,
  extra: Record<string, string>,
  body: Buffer,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(
      `${api.url}${path}`,
      { agent, method: 'POST', headers: { 'Content-Type': 'application/json', ...extra } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode))
      },
    )
    sending.on('error', reject)
    sending.end(body)
  })
}
