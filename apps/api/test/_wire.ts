/** A wire between the API and Postgres that a test can cut, hold up and mend. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface Wire {
  /** The URL of the database, through the wire. */
  readonly url: string
  /** Connections made so far. */
  readonly connections: number
  /**
   * `pass` forwards; `refuse` closes every connection, old and new; `hang` keeps them open and forwards nothing.
   */
  set(mode: 'pass' | 'refuse' | 'hang'): void
  close(): Promise<void>
}

export async function createWire(url: string): Promise<Wire> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let mode: 'pass' | 'refuse' | 'hang' = 'pass'
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    if (mode === 'refuse') {
      near.destroy()
      return
    }
    const far = connect(Number(target.port || 5432), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => mode === 'pass' && to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: through.href,
    get connections() {
      return connections
    },
    set: (next) => {
      mode = next
      if (next === 'refuse') cut()
    },
    close: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
