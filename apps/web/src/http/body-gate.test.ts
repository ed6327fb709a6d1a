import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type BodyGateOptions, createBodyGate } from './body-gate.js'

async function start(options: BodyGateOptions) {
  const gate = createBodyGate(options)
  const server = createServer((request, response) =>
    gate.pass(request, response, async () => response.end(await text(request))),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return port
}

/** Begins an upload of so many bytes; `status` is that of the answer, as soon as there is one. */
async function begin(port: number, length: number) {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const upload = { socket, status: '' }
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    upload.status ||= String(chunk).slice(9, 12)
  })
  await once(socket, 'connect')
  socket.write(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${length}\r\n\r\n`)
  onTestFinished(() => void socket.destroy())
  return upload
}

it('when unfinished bodies take too much, the oldest are refused and the newest pass', async () => {
  const port = await start({ mostUnfinished: 5000 })
  const first = await begin(port, 3000)
  first.socket.write('x'.repeat(2000))
  // What was sent on one connection has been read when what was sent later on another is answered.
  const second = await begin(port, 3000)
  second.socket.write('x'.repeat(2900))
  await vi.waitFor(() => expect(first.status).toBe('503'), { timeout: 20_000 })
  second.socket.write('x'.repeat(100))
  await vi.waitFor(() => expect(second.status).toBe('200'), { timeout: 20_000 })
})

it('a body that comes byte by byte passes whole, and is kept as one', async () => {
  const port = await start({ mostUnfinished: 8000 })
  const body = Array.from({ length: 1000 }, (_, index) => String(index % 10)).join('')
  const { socket } = await begin(port, body.length)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  for (const byte of body) {
    socket.write(byte)
    // One write may go out together with the next, so most come alone and some do not.
    await new Promise(setImmediate)
  }
  await vi.waitFor(() => expect(answer).toContain(body), { timeout: 20_000 })
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
})

it('each of many pieces counts for what keeping it takes', async () => {
  const port = await start({ mostUnfinished: 1000 })
  const { socket } = await begin(port, 100)
  const closed = once(socket, 'close')
  // Three are too many; more are sent, because two of them may be read as one.
  for (let sent = 0; sent < 12 && !socket.destroyed; sent += 1) {
    socket.write('x')
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200)
  }
  await closed
})

it('what was refused or finished no longer counts', async () => {
  const port = await start({ mostUnfinished: 5000 })
  for (let round = 0; round < 5; round += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      body: 'x'.repeat(4000),
    })
    expect(answer.status).toBe(200)
  }
})
