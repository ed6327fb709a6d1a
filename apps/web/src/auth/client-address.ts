/** Which address a request came from, as far as nobody can make it up. */
import { isIP } from 'node:net'

/**
 * The request header by which the server tells Better Auth the address; one that a client sends is
 * replaced.
 */
export const addressHeader = 'x-claimcheck-address'

/**
 * Finds the client in the chain that proxies wrote into X-Forwarded-For. Each proxy adds the
 * address it was called from on the right, so the chain is read from there: past the proxies on
 * this machine or a private network to the first address that is neither. A client may write what
 * it likes further left, and it is never reached.
 *
 * @param peer The address of the socket.
 */
export function readClientAddress(
  forwardedFor: string | undefined,
  peer: string | undefined,
): string {
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean)
  const chain = [...hops, peer ?? ''].map((hop) => hop.replace(/^::ffff:(?=\d)/i, ''))
  const last = chain.length - 1
  if (!isPrivate(chain[last] ?? '')) return chain[last] ?? ''
  for (let index = last - 1; index >= 0; index -= 1) {
    const hop = chain[index] ?? ''
    if (isIP(hop) === 0) break
    if (!isPrivate(hop)) return hop
  }
  // Everyone on the way is on this network: what the nearest proxy wrote, or its own address.
  const nearest = chain[last - 1] ?? ''
  return isIP(nearest) ? nearest : (chain[last] ?? '')
}

function isPrivate(address: string): boolean {
  return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][\da-f]{2}:|fe[89ab][\da-f]:)/i.test(
    address,
  )
}
