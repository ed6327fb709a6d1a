/** Which origin an address belongs to, and so whether it may be sent the token. */

/**
 * The origin of an absolute http(s) address, or undefined. Only these two schemes: the origin of a `blob:` address is
 * that of whoever made it, and says nothing about where a request would go.
 */
export function readOrigin(address: string): string | undefined {
  try {
    const { origin, protocol } = new URL(address)
    return /^https?:$/.test(protocol) ? origin : undefined
  } catch {
    return undefined
  }
}
