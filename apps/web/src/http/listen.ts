/** Takes the port, or says what keeps it. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError } from '../start-error.js'

export interface Place {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The variable that the port is from. Default: PORT. */
  readonly variable?: string
}

/**
 * @returns The address it listens at.
 * @throws {StartError} when the port is taken, or not one that this process may have.
 */
export function listen(server: Server, { host, port, variable = 'PORT' }: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentence = error.code === undefined ? undefined : sentences[error.code]
      if (sentence === undefined) return reject(error)
      const cure = sentence.replace('$variable', variable)
      reject(new StartError(`Cannot listen on ${host}:${port}: ${cure}`, { cause: error }))
    })
    server.listen(port, host, () => {
      // A server on a host and port, rather than on a pipe, has this kind of address.
      const { address, family, port: bound } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`)
    })
  })
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken. Set $variable to another.',
  EACCES: 'this user may not use the port. Set $variable to one above 1023.',
  EADDRNOTAVAIL: 'this machine does not have the address. Correct HOST.',
  ENOTFOUND: 'the name cannot be resolved. Correct HOST.',
}
