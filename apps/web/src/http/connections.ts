/** Bounds how many connections one address holds; a trusted proxy speaks for many. */
import type { Server } from 'node:http'
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
