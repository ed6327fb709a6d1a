/** What only shows on a port: repeated headers, oversized ones, bytes that are no HTTP, bodies in chunks. */
import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/http/server.js'
import { createTestApi, type TestApi, unreachable } from './_client.js'

describe('the API on a port', () => {
  let api: TestApi
  let server: RunningServer
  let token: string

  beforeAll(async () => {
    api = await createTestApi(unreachable)
    token = await api.issuer.sign({ sub: 'ada' })
    const log = pino({ level: 'silent' })
    server = await startServer({ app: api.app, host: '127.0.0.1', port: 0, log })
  })
  afterAll(async () => {
    await server.stop()
    api.close()
  })

  it('answers a good token', async () => {
    const response = await fetch(`${server.url}/api/me`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(200)
  })

  it.each([
    ['the same twice', (good: string) => [good, good]],
    ['a good one first', (good: string) => [good, 'Bearer x']],
    ['a good one last', (good: string) => ['Basic eDp4', good]],
  ])('refuses two Authorization headers: %s', async (_, make) => {
    const [first, second] = make(`Bearer ${token}`)
    const answer = await raw(
      `GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: ${first}\r\nauthorization: ${second}\r\nConnection: close\r\n\r\n`,
    )
    expectProblemText(answer, 400, 'request_malformed')
  })

  it.each([
    ['8 KiB', 8192, 401],
    ['9 KiB', 9 * 1024, 401],
    ['20 KiB', 20 * 1024, 401],
  ])('tells what is wrong with a token of %s', async (_, size, status) => {
    const answer = await raw(
      `GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(size)}\r\nConnection: close\r\n\r\n`,
    )
    expectProblemText(answer, status, 'token_malformed')
    expect(answer).toContain('error="invalid_token"')
  })

  it.each([
    ['headers of 40 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['bytes that are no HTTP', '\x16\x03\x01\x02\x00\r\n\r\n', 400],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['an impossible host', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
  ])('answers %s with a problem', async (_, bytes, status) => {
    expectProblemText(await raw(bytes), status, 'request_malformed')
  })

  it('answers a second request on the same connection after a body it did not read', async () => {
    const head = 'POST /api/me/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    const answer = await raw(
      `${head}Content-Length: 7\r\n\r\n{"a":1}GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  it('stops reading a body without end at 128 KiB', async () => {
    const sending = send(`${server.url}/api/me/tasks`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    })
    let sent = 0
    const chunk = Buffer.alloc(16 * 1024, 0x20)
    const pump = () => {
      while (sent < 64 * 1024 * 1024 && sending.write(chunk)) sent += chunk.length
    }
    sending.on('drain', pump)
    sending.on('error', () => {})
    pump()
    const [response]: IncomingMessage[] = await once(sending, 'response')
    expect(response?.statusCode).toBe(413)
    sending.destroy()
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  it('takes a client that hangs up in the middle of its body for what it is', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const before = api.lines.length
    socket.write(
      `POST /api/me/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"ti`,
    )
    await once(socket, 'connect')
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(100)
    socket.destroy()
    await expect.poll(() => api.lines.length).toBeGreaterThan(before)
    expect(api.lines.at(-1)).toMatchObject({ level: 30, status: 400, code: 'request_malformed' })
  })

  async function raw(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(bytes, 'latin1')
    return await text(socket)
  }
})

function expectProblemText(answer: string, status: number, code: string): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer.toLowerCase()).toContain('content-type: application/problem+json')
  expect(answer.toLowerCase()).toContain('cache-control: no-store')
  const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
  expect(body).toMatchObject({ status, code, requestId: expect.stringMatching(/\S/) })
}
