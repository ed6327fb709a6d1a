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
  /** Good answers of each second of the time asked for. */
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Good answers in all, to whatever was sent in time. */
  readonly count: number
  /** Answers of another status; they count for nothing else. */
  readonly failures: number
}

/** A good answer, by a clock that only goes forward. */
export interface Answered {
  readonly sent: number
  readonly received: number
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
export async function load({
  port,
  requests,
  connections,
  milliseconds,
  status,
}: Load): Promise<LoadResult> {
  const answers: Answered[] = []
  let failures = 0
  let lastFailure = ''
  const sockets: Socket[] = []
  const end = performance.now() + milliseconds
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
          answers.push({ sent, received: performance.now() })
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
  if (answers.length === 0) throw new Error(`Expected ${status}, got ${lastFailure}`)
  return { ...toPace(answers, { end, milliseconds }), count: answers.length, failures }
}

/**
 * What answers say of a time that ended at `end`. An answer that came later says how long it took, but not how many
 * come in a second: a refusal that is held back would else add to the time in which nobody asked for anything any more.
 */
export function toPace(
  answers: readonly Answered[],
  { end, milliseconds }: { end: number; milliseconds: number },
): Pick<LoadResult, 'perSecond' | 'p50' | 'p99'> {
  const inTime = answers.filter(({ received }) => received <= end).length
  const times = answers.map(({ sent, received }) => received - sent).sort((a, b) => a - b)
  return {
    perSecond: (inTime / milliseconds) * 1000,
    p50: times[Math.floor(times.length * 0.5)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  }
}

/** Whether a whole answer is there; one that announces no length ends with its last chunk. */
export function isWhole(received: string): boolean {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head))?.[1]
  if (length !== undefined) return received.length >= head + 4 + Number(length)
  return received.endsWith('\r\n0\r\n\r\n')
}
