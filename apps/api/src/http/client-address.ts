/** Whose address a request comes from: the peer's, or the one that a trusted proxy forwards. */
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

export interface ClientAddressOptions {
  /** Addresses and ranges whose X-Forwarded-For is believed; `loopback` stands for this machine. */
  trustedProxies: readonly string[]
  /** Called once, with the address of a private peer that forwards addresses without being trusted. */
  onUnnamedProxy: (address: string) => void
}

/**
 * Gives the address, of IPv6 the first 64 bits; null where limits by address would take a whole site for one caller.
 */
export type ReadClientAddress = (request: IncomingMessage) => string | null

/** Ranges that no stranger's packet comes from over the internet. */
const privateRanges: ReadonlySet<string> = new Set([
  'private',
  'uniqueLocal',
  'linkLocal',
  'loopback',
  'carrierGradeNat',
])

/** Makes the reader. */
export function createAddressReader(options: ClientAddressOptions): ReadClientAddress {
  const { onUnnamedProxy } = options
  const trusted = options.trustedProxies.map(toTest)
  let isReported = false

  let lastPeer: string | undefined
  let lastKey: string | null = null

  /** Whoever asks often asks again; to read an address takes longer than to count it. */
  function readPeer(text: string | undefined): string | null {
    if (text === undefined || text !== lastPeer) {
      const peer = toAddress(text)
      lastKey = peer && toKey(peer)
      lastPeer = text
    }
    return lastKey
  }

  return function readClientAddress({ socket, headers }) {
    // Node joins repeated headers of this name with commas.
    const forwarded = headers['x-forwarded-for']
    if (typeof forwarded !== 'string') return readPeer(socket.remoteAddress)
    const peer = toAddress(socket.remoteAddress)
    if (peer === null) return null
    const hops = forwarded.split(',')
    const isTrusted = (address: Address) => trusted.some((test) => test(address))
    if (!isTrusted(peer)) {
      if (!privateRanges.has(peer.range())) return toKey(peer)
      if (!isReported) onUnnamedProxy(peer.toString())
      isReported = true
      return null
    }
    // Each proxy adds, at the end, whom it was called by: the last one that is no proxy of ours is the client.
    let client: Address = peer
    for (const hop of hops.reverse()) {
      const address = toAddress(hop.trim())
      if (address === null) break
      client = address
      if (!isTrusted(address)) break
    }
    return toKey(client)
  }
}

function toTest(range: string): (address: Address) => boolean {
  if (range === 'loopback') return (address) => address.range() === 'loopback'
  const [network, bits] = range.includes('/')
    ? ipaddr.parseCIDR(range)
    : ipaddr.parseCIDR(`${range}/${ipaddr.IPv6.isValid(range) ? 128 : 32}`)
  return (address) => address.kind() === network.kind() && address.match([network, bits])
}

/** IPv4 inside IPv6 is IPv4. */
function toAddress(text: string | undefined): Address | null {
  if (text === undefined) return null
  const bare = text.replace(/^\[(.*)\](:\d+)?$/, '$1')
  if (!ipaddr.IPv6.isValid(bare) && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return null
  return ipaddr.process(bare)
}

/** Whoever has one address of IPv6 has 2⁶⁴ of them. */
function toKey(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString()
  return `${address.toByteArray().slice(0, 8).join('.')}/64`
}
