/**
 * Requests of attackers, from a process of their own that steps back: attackers have machines of their own, so what
 * making requests costs must not slow down who is measured.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isWhole } from '../api/load.js'

export interface StormOptions {
  readonly port: number
  /** Each is sent in its turn; as many are in flight as `inFlight` says, one on a connection. */
  readonly requests: readonly string[]
  readonly inFlight: number
  /** Milliseconds between an answer and the next request, as a network would have it. */
  readonly pause: number
  /** Milliseconds from one byte of a body to the next; 0 sends a request at once. */
  readonly drip?: number
  /** The address that connections come from. Default: 127.0.0.1, which is a trusted proxy. */
  readonly from?: string
}

/** How often each status was answered; 0 are connections that ended without an answer. */
export type Statuses = Readonly<Record<string, number>>

export interface Storm {
  stop(): Promise<Statuses>
}

/** Starts a storm; it goes on until it is stopped. */
export async function startStorm(options: StormOptions): Promise<Storm> {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', 'tsx'] })
  child.send(options)
  await once(child, 'message')
  return {
    async stop() {
      const answered = once(child, 'message')
      child.send('stop')
      const [statuses] = await answered
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
      return statuses
    },
  }
}

/** The other process. */
function run(options: StormOptions): () => Statuses {
  const { port, requests, inFlight, pause, drip = 0, from = '127.0.0.1' } = options
  const statuses: Record<string, number> = {}
  const sockets = new Set<Socket>()
  let next = 0
  let isOver = false

  function open(): void {
    if (isOver) return
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true })
    sockets.add(socket)
    let received = ''
    let dripping: NodeJS.Timeout | undefined
    const send = () => {
      clearInterval(dripping)
      if (isOver || socket.destroyed) return
      const request = requests[next++ % requests.length] ?? ''
      if (drip === 0) return void socket.write(request)
      let sent = request.indexOf('\r\n\r\n') + 4
      socket.write(request.slice(0, sent))
      dripping = setInterval(() => socket.write(request.slice(sent, ++sent)), drip)
    }
    socket.setEncoding('latin1')
    socket.on('connect', send)
    socket.on('data', (chunk: string) => {
      received += chunk
      if (!isWhole(received)) return
      const status = received.slice(9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      received = ''
      setTimeout(send, pause)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(dripping)
      sockets.delete(socket)
      if (received === '' && !isOver) statuses[0] = (statuses[0] ?? 0) + 1
      setTimeout(open, pause)
    })
  }

  for (let count = 0; count < inFlight; count += 1) open()
  return () => {
    isOver = true
    for (const socket of sockets) socket.destroy()
    return statuses
  }
}

/** Behind everything else, where 19 is the last in line. */
const PRIORITY = 5

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [options]: [StormOptions] = (await once(process, 'message')) as [StormOptions]
  setPriority(PRIORITY)
  const end = run(options)
  process.send?.('started')
  process.on('message', () => process.send?.(end()))
  process.on('disconnect', () => process.exit(0))
}
