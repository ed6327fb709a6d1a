/** Bounds how many connections one address holds, and what comes on each; a trusted proxy speaks for many. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type AddressReader, toNetworks } from '../auth/client-address.js'

/** @param most Connections of one address, of IPv6 of one /64. */
export function limitConnections(server: Server, addresses: AddressReader, most: number): void {
  const counts = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (remoteAddress === undefined || addresses.isProxy(remoteAddress)) return
    const [network = remoteAddress] = toNetworks(remoteAddress)
    const count = (counts.get(network) ?? 0) + 1
    if (count > most) return void socket.destroy()
    counts.set(network, count)
    socket.once('close', () => {
      const left = (counts.get(network) ?? 1) - 1
      if (left > 0) counts.set(network, left)
      else counts.delete(network)
    })
  })
}

/**
 * Ends a connection that sends more requests than it waits to have answered: no browser does, and no proxy.
 *
 * @param most Requests of one connection that are not answered yet.
 * @returns Whether a request may go on.
 */
export function limitPipelining(
  most: number,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const counts = new WeakMap<Socket, number>()
  return ({ socket }, response) => {
    const count = (counts.get(socket) ?? 0) + 1
    if (count > most) {
      socket.destroy()
      return false
    }
    counts.set(socket, count)
    response.once('close', () => counts.set(socket, (counts.get(socket) ?? 1) - 1))
    return true
  }
}
