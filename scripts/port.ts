/** TCP ports of this machine: finding a free one, and asking whether one is taken. */

import { createServer } from 'node:net'

/** A port on the host that was free a moment ago; whoever binds it must cope with losing the race. */
export async function findFreePort(host = '127.0.0.1'): Promise<number> {
  const port = await listenOnce(0, host)
  if (port === undefined) throw new Error(`no free port on ${host}`)
  return port
}

/** Whether something already listens on the port, so that a server of ours could not. */
export async function isPortTaken(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await listenOnce(port, host)) === undefined
}

function listenOnce(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
