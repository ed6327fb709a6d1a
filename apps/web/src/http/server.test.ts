import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readTestEnv } from '../auth/_app.js'
import { getAddressHeader } from '../auth/client-address.js'
import { requestLimits, serverLimits } from '../auth/limits/limits.js'
import type { AuthLogger } from '../auth/log.js'
import { createHashGate } from './hash-gate.js'
import { createWebServer } from './server.js'

interface Seen {
  readonly address: string | undefined
  readonly host: string | undefined
  readonly body: string
}

/** The server without Next.js: what would reach it is written down. */
async function start(more: Record<string, string> = {}) {
  const seen: Seen[] = []
  const lines: string[] = []
  const log: AuthLogger = {
    disabled: false,
    level: 'info',
    log: (_, message) => lines.push(message),
  }
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const { [getAddressHeader()]: address, 'x-forwarded-host': host } = request.headers
    seen.push({ address: address?.toString(), host: host?.toString(), body })
    response.end('ok')
  }
  const env = readTestEnv('postgres://nobody@127.0.0.1/none', more)
  const server = createWebServer({
    env,
    log,
    answersFeed(request, response, address) {
      if (request.url !== '/feed') return false
      response.end(`for ${address}`)
      return true
    },
    handle: (request, response) => void handle(request, response),
    observe: () => undefined,
    hashes: createHashGate(),
    onShed: () => undefined,
    checkDatabase: async () => undefined,
    metrics: null,
    isStopping: () => false,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return { server, seen, lines, port, url: `http://127.0.0.1:${port}` }
}

/** Sends bytes as they are, and gives everything that comes back until the connection ends. */
async function sendRaw(port: number, ...parts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => undefined)
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return text
}

const post = 'POST /api/auth/sign-in/email HTTP/1.1\r\nHost: app.example.com\r\n'

describe('a body', () => {
  it('passes whole up to 64 KiB, however it is sent', async () => {
    const { url, seen } = await start()
    const body = 'x'.repeat(serverLimits.body)
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200)
    const stream = new Blob([body]).stream()
    const chunked = { method: 'POST', body: stream, duplex: 'half' } as const
    expect((await fetch(url, chunked)).status).toBe(200)
    expect(seen.map((request) => request.body === body)).toEqual([true, true])
  })

  it('that says it is larger is refused before it is read', async () => {
    const { port, seen } = await start()
    const text = await sendRaw(port, `${post}Content-Length: ${serverLimits.body + 1}\r\n\r\n`)
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(text).toMatch(/^connection: close\r$/im)
    expect(text).toContain('"code":"body_too_large"')
    const asked = `${post}Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n`
    expect(await sendRaw(port, asked)).toMatch(/^HTTP\/1.1 413 /)
    expect(seen).toEqual([])
  })

  it('that turns out to be larger is refused when it does', async () => {
    const { port, seen } = await start()
    const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`
    const text = await sendRaw(port, chunked, piece, piece, piece, piece, '1\r\nx\r\n')
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(seen).toEqual([])
  })

  it('or headers that do not arrive are waited for, but not for long', async () => {
    const { server } = await start()
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000])
  })

  it('that never ends does not get as far as the app', async () => {
    const { port, url, seen } = await start()
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(`${post}Content-Length: 1000\r\n\r\nthe beginning`)
    expect((await fetch(url)).status).toBe(200)
    expect(seen).toHaveLength(1)
  })

  it('waits for its turn on a connection that sends the next request at once', async () => {
    const { port, seen } = await start()
    const request = (text: string, more = '') =>
      `${post}Content-Length: ${text.length}\r\n${more}\r\n${text}`
    const text = await sendRaw(port, request('one'), request('two', 'Connection: close\r\n'))
    expect(text.match(/HTTP\/1.1 200 /g)).toHaveLength(2)
    expect(seen.map(({ body }) => body)).toEqual(['one', 'two'])
  })
})

it('a connection that goes on sending and waits for no answer is ended', async () => {
  const { port, seen } = await start()
  const page = 'GET / HTTP/1.1\r\nHost: app.example.com\r\n\r\n'
  // Nothing in it asks for the end of the connection.
  await sendRaw(port, page.repeat(100))
  expect(seen.length).toBeLessThan(100)
})

describe('a request', () => {
  it('with two hosts is none', async () => {
    const { port, seen } = await start()
    const text = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a.example\r\nhost: b.example\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1.1 400 /)
    expect(text).toContain('"code":"request_malformed"')
    expect(seen).toEqual([])
  })

  it('is answered with the security headers, wherever it leads', async () => {
    const { url } = await start()
    const { headers } = await fetch(`${url}/favicon.ico`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('strict-transport-security')).toContain('max-age=')
  })

  it('comes from the site itself as far as Next.js can see, whatever it says', async () => {
    const { url, seen } = await start()
    await fetch(url, { headers: { 'x-forwarded-host': 'evil.example' } })
    expect(seen).toMatchObject([{ host: 'app.example.com' }])
  })

  it('has the address that a named proxy gives, never one that a client sends', async () => {
    const { url, seen } = await start()
    const headers = { 'x-forwarded-for': '203.0.113.7', 'x-claimcheck-address': '198.51.100.1' }
    await fetch(url, { headers })
    expect(seen).toMatchObject([{ address: '203.0.113.7' }])
  })

  it('for the feed is answered before Next.js sees it, for all addresses of a household alike', async () => {
    const { url, seen, port } = await start()
    const answer = await fetch(`${url}/feed`, { headers: { 'x-forwarded-for': '2001:db8::7' } })
    expect(await answer.text()).toBe('for 2001:db8:0:0::/64')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const two = 'GET /feed HTTP/1.1\r\nHost: a.example\r\nhost: b.example\r\n\r\n'
    expect(await sendRaw(port, two)).toMatch(/^HTTP\/1.1 400 /)
    expect(seen).toEqual([])
  })

  it('has no address behind a proxy that nobody named, which is said once with the cure', async () => {
    const { url, seen, lines } = await start({ TRUSTED_PROXIES: '10.0.0.1' })
    for (let count = 0; count < 3; count += 1) {
      await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    }
    expect(seen.map(({ address }) => address)).toEqual([undefined, undefined, undefined])
    expect(lines).toEqual([expect.stringContaining('TRUSTED_PROXIES=10.0.0.1,127.0.0.1')])
  })
})

describe('pages without end', () => {
  const enough = requestLimits.page.max

  /** Asks so many times one after the other, or until it is refused; gives the statuses and the last answer. */
  async function ask(url: string, count: number, headers: Record<string, string> = {}) {
    const statuses: number[] = []
    let answer: Response
    do {
      answer = await fetch(url, { headers })
      statuses.push(answer.status)
    } while (statuses.length < count && answer.status === 200)
    return { statuses, answer, text: await answer.text() }
  }

  it('are 429 for who asks for them, before Next.js is asked, and for nobody else', async () => {
    const { url, seen } = await start()
    const from = { 'x-forwarded-for': '203.0.113.7' }
    // On a slow machine another window begins in between, and allows as many again.
    let last = await ask(url, enough + 1, from)
    let allowed = last.statuses.length
    while (last.answer.status === 200) {
      last = await ask(url, enough + 1, from)
      allowed += last.statuses.length
    }
    const { answer, text } = last
    expect([answer.status, JSON.parse(text).code]).toEqual([429, 'rate_limited'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(seen.length).toBeGreaterThanOrEqual(enough)
    expect(seen).toHaveLength(allowed - 1)
    const reader = { ...from, accept: 'text/html,*/*' }
    let page = await ask(url, 1, reader)
    while (page.answer.status !== 429) page = await ask(url, 1, reader)
    expect(page.answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.text).toContain('<h1>Too many requests</h1>')
    const other = await ask(url, 1, { 'x-forwarded-for': '203.0.113.8' })
    expect(other.statuses).toEqual([200])
  })

  it('are answered for a proxy that speaks for many: one that says for whom it asks no more than another', async () => {
    const silent = await start()
    const all = await ask(silent.url, enough + 2)
    expect(new Set(all.statuses)).toEqual(new Set([200]))
    const unnamed = await start({ TRUSTED_PROXIES: '10.0.0.1' })
    const behind = await ask(unnamed.url, enough + 2, { 'x-forwarded-for': '203.0.113.7' })
    expect(new Set(behind.statuses)).toEqual(new Set([200]))
  })
})

async function open(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  onTestFinished(() => void socket.destroy())
  return socket
}

it('a trusted proxy holds more connections than anybody else', async () => {
  const { port, url } = await start()
  const many = Array.from({ length: serverLimits.connections + 20 }, () => open(port))
  const sockets = await Promise.all(many)
  expect((await fetch(url)).status).toBe(200)
  expect(sockets.filter((socket) => socket.destroyed || socket.closed)).toEqual([])
})

it('one address holds two hundred connections, and no more until one is closed', async () => {
  const { port } = await start({ TRUSTED_PROXIES: '10.0.0.1' })
  const many = Array.from({ length: serverLimits.connections }, () => open(port))
  const sockets = await Promise.all(many)
  const refused = await open(port)
  await once(refused, 'close')
  const [first] = sockets
  first?.end()
  await once(first ?? refused, 'close')
  const next = await open(port)
  next.write('GET / HTTP/1.1\r\nHost: app.example.com\r\n\r\n')
  const [answer] = await once(next, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /)
})
