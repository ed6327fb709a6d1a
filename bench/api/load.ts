/**
 * Loads a server over HTTP/1.1: on each connection one request at a time, the next when the answer has come.
 *
 * Written on bare sockets because the load shares the machine with what it measures: autocannon takes 60 to 80 µs of
 * processor time for a request, this some 15. Nothing is pipelined, as no browser and no proxy does.
 */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  /** Whole requests, sent in turn. */
  readonly requests: readonly Buffer[]
  readonly connections: number
  readonly milliseconds: number
  /** The status every answer has to have. */
  readonly status: number
}

export interface LoadResult {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly count: number
  /** Answers of another status; they count for nothing else. */
  readonly failures: number
}

/** Puts a request into bytes. A body is sent as JSON. */
export function toRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const all = {
    Host: 'localhost',
    ...headers,
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(text)),
    }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`)
}

/** @throws Error when every answer has another status, or a connection is lost */
export async function load({ port, requests, connections, milliseconds, status }: Load) {
  const times: number[] = []
  let failures = 0
  let lastFailure = ''
  const sockets: Socket[] = []
  const started = performance.now()
  const end = started + milliseconds
  let next = 0

  function run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      sockets.push(socket)
      let sent = 0
      let received = ''
      const send = () => {
        sent = performance.now()
        if (sent >= end) {
          socket.destroy()
          resolve()
          return
        }
        socket.write(requests[next++ % requests.length] as Buffer)
      }
      socket.setEncoding('latin1')
      socket.on('connect', send)
      socket.on('data', (chunk: string) => {
        received = received === '' ? chunk : received + chunk
        if (!isWhole(received)) return
        if (received.startsWith(`HTTP/1.1 ${status} `)) {
          times.push(performance.now() - sent)
        } else {
          failures += 1
          lastFailure = received.slice(0, 600)
        }
        received = ''
        send()
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('The server closed a connection.')))
    })
  }

  try {
    await Promise.all(Array.from({ length: connections }, run))
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  if (times.length === 0) throw new Error(`Expected ${status}, got ${lastFailure}`)
  const seconds = (performance.now() - started) / 1000
  times.sort((a, b) => a - b)
  return {
    perSecond: times.length / seconds,
    p50: times[Math.floor(times.length * 0.5)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    count: times.length,
    failures,
  } satisfies LoadResult
}

/** Whether a whole answer is there; one that announces no length ends with its last chunk. */
export function isWhole(received: string): boolean {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head))?.[1]
  if (length !== undefined) return received.length >= head + 4 + Number(length)
  return received.endsWith('\r\n0\r\n\r\n')
}
