/** Which address a request came from, as far as nobody can make it up. */
import { randomBytes } from 'node:crypto'
import ipaddr from 'ipaddr.js'

declare global {
  // Next.js loads a module once for each bundle it appears in, and the server around it loads it
  // again, so what they share has to live on the global object.
  var claimcheckAddressHeader: string | undefined
}

/**
 * The request header by which the server tells Better Auth the address. Its name ends in a secret of
 * this process, so that nobody else can send it.
 */
export function getAddressHeader(): string {
  globalThis.claimcheckAddressHeader ??= `x-claimcheck-address-${randomBytes(16).toString('hex')}`
  return globalThis.claimcheckAddressHeader
}

export interface ClientAddress {
  /** Null where it is not known, because a proxy that nobody named stands in between. */
  readonly address: string | null
  /** That proxy. */
  readonly unnamedProxy: string | null
}

export interface AddressReader {
  /** @param peer The address of the socket. */
  read(forwardedFor: string | undefined, peer: string | undefined): ClientAddress
  /** Whether an address is a proxy's. */
  isProxy(address: string | undefined): boolean
}

type Address = ReturnType<typeof ipaddr.process>
type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * Finds the client in the chain that proxies wrote into X-Forwarded-For. Each proxy adds the
 * address it was called from on the right, so the chain is read from there, past the named proxies
 * to the first address that is none. A client may write what it likes further left, and it is never
 * reached.
 *
 * @param trusted Addresses and ranges of proxies; `loopback` stands for this machine.
 */
export function createAddressReader(trusted: readonly string[]): AddressReader {
  const ranges = trusted.flatMap(toRanges)
  const isNamed = (address: Address) => ranges.some((range) => isWithin(address, range))
  return {
    read(forwardedFor, peer) {
      const nearest = parse(peer)
      if (!nearest) return { address: null, unnamedProxy: null }
      if (!isNamed(nearest)) {
        // Who has a public address may well be the client; a private one that forwards is a proxy.
        const isProxy = forwardedFor !== undefined && isPrivate(nearest)
        const text = nearest.toString()
        return isProxy
          ? { address: null, unnamedProxy: text }
          : { address: text, unnamedProxy: null }
      }
      let last = nearest
      for (const hop of (forwardedFor ?? '').split(',').reverse()) {
        const address = parse(hop.trim())
        if (!address) break
        last = address
        if (!isNamed(address)) break
      }
      return { address: last.toString(), unnamedProxy: null }
    },
    isProxy(address) {
      const parsed = parse(address)
      return parsed !== null && isNamed(parsed)
    },
  }
}

/**
 * What one party usually has of the address space, the smaller part first: an IPv4 address alone,
 * of IPv6 the network of a household (/64) and that of a site (/48).
 */
export function toNetworks(address: string): readonly string[] {
  const parsed = parse(address)
  if (!(parsed instanceof ipaddr.IPv6)) return [address]
  const network = (groups: number) =>
    `${parsed.parts
      .slice(0, groups)
      .map((part) => part.toString(16))
      .join(':')}::/${groups * 16}`
  return [network(4), network(3)]
}

/** IPv4 written as IPv6 is IPv4. */
function parse(text: string | undefined): Address | null {
  if (text === undefined) return null
  const { IPv4, IPv6 } = ipaddr
  return IPv4.isValidFourPartDecimal(text) || IPv6.isValid(text) ? ipaddr.process(text) : null
}

function toRanges(text: string): Range[] {
  if (text === 'loopback') return [ipaddr.parseCIDR('127.0.0.0/8'), ipaddr.parseCIDR('::1/128')]
  if (text.includes('/')) return [ipaddr.parseCIDR(text)]
  const address = ipaddr.process(text)
  return [[address, address.kind() === 'ipv4' ? 32 : 128]]
}

function isWithin(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits)
}

function isPrivate(address: Address): boolean {
  const range: string = address.range()
  return ['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat'].includes(range)
}
