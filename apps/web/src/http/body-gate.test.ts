import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { type BodyGateOptions, createBodyGate } from './body-gate.js'

async function start(options: BodyGateOptions) {
  const gate = createBodyGate(options)
  const server = createServer((request, response) =>
    gate.pass(request, response, () => request.resume().on('end', () => response.end('ok'))),
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

it('a body that comes byte by byte counts for what keeping the bytes takes', async () => {
  const port = await start({ mostUnfinished: 10_000 })
  const { socket } = await begin(port, 5000)
  const closed = once(socket, 'close')
  let isClosed = false
  void closed.then(() => {
    isClosed = true
  })
  let sent = 0
  for (; sent < 4000 && !isClosed; sent += 1) {
    socket.write('x')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  expect(isClosed).toBe(true)
  expect(sent).toBeLessThan(4000)
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
