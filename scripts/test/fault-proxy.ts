/** A proxy on loopback, between two of our processes or in front of one, whose connections fail as a network's do. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * `latency` holds each packet up for a while, both ways; `cut` and `reset` end a connection in the middle of its next
 * answer, in order and not; `half-open` keeps connections and forwards nothing; `refuse` ends all, old and new.
 */
export type NetworkFault = 'none' | 'latency' | 'cut' | 'reset' | 'half-open' | 'refuse'

export interface FaultProxy {
  /** What it was made for, reached through it. */
  readonly url: string
  /** Connections made so far. */
  readonly connections: number
  set(fault: NetworkFault): void
  close(): Promise<void>
}

/** Milliseconds by which a packet is late. */
export const LATENCY_MS = 100

/** Stands in front of whatever a URL of any kind leads to. */
export async function createFaultProxy(url: string): Promise<FaultProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let fault: NetworkFault = 'none'
  let connections = 0

  function forward(from: Socket, to: Socket, isAnswer: boolean): void {
    sockets.add(from)
    from.on('data', (bytes) => {
      if (fault === 'latency') setTimeout(() => to.writable && to.write(bytes), LATENCY_MS)
      else if (isAnswer && (fault === 'cut' || fault === 'reset')) {
        const end = fault === 'cut' ? () => to.destroy() : () => to.resetAndDestroy()
        to.write(bytes.subarray(0, bytes.length / 2), end)
      } else if (fault !== 'half-open') to.write(bytes)
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      // What is held up still gets there.
      setTimeout(() => to.destroy(), fault === 'latency' ? LATENCY_MS : 0)
    })
  }

  const server = createServer((near) => {
    connections += 1
    if (fault === 'refuse') {
      near.destroy()
      return
    }
    const far = connect(Number(target.port || 5432), target.hostname)
    forward(near, far, false)
    forward(far, near, true)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  const end = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: through.href,
    get connections() {
      return connections
    },
    set: (next) => {
      fault = next
      if (next === 'refuse') end()
    },
    close: async () => {
      end()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
