/** TCP ports of this machine: finding a free one, and asking whether one is taken. */

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { StartError } from './start-error.js'

/** Below what systems hand to connections on their way out, so that none of these takes a port which was found free. */
const FIRST_PORT = 10_000
const LAST_PORT = 32_000

/** A port on 127.0.0.1 that was free a moment ago; whoever binds it must cope with losing the race. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = await listenOnce(randomInt(FIRST_PORT, LAST_PORT), '127.0.0.1')
    if (typeof port === 'number') return port
  }
  throw new StartError('No port is free on 127.0.0.1.')
}

/** Whether something listens on the port already, so that a server of ours could not. */
export async function isPortTaken(port: number, host: string): Promise<boolean> {
  const found = await listenOnce(port, host)
  // No server of ours will be asked for at an address this machine does not have.
  if (typeof found === 'number' || (found === 'EADDRNOTAVAIL' && host === '::1')) return false
  if (found === 'EADDRINUSE') return true
  throw new StartError(
    `Nothing can listen on ${host} port ${port} (${found}). Check HOST and the port.`,
  )
}

function listenOnce(port: number, host: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}
