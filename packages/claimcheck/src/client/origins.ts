/** Which addresses may be sent the token: those whose origin is listed, letter for letter. */

/** Throws a TypeError unless every entry is a bare http(s) origin. */
export function assertOrigins(origins: readonly string[]): void {
  if (!Array.isArray(origins) || origins.length === 0) {
    throw new TypeError(
      'origins: expected at least one origin, such as ["https://api.example.com"]',
    )
  }
  for (const origin of origins) {
    if (readOrigin(origin) !== origin) {
      throw new TypeError(
        'origins: expected scheme, host and port only, in lower case, such as "https://api.example.com"',
      )
    }
  }
}

/**
 * The origin of an absolute http(s) address, or undefined. Only these two schemes: the origin of a `blob:` address is
 * that of whoever made it, and says nothing about where a request would go.
 */
export function readOrigin(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { origin, protocol } = new URL(address)
  return protocol === 'https:' || protocol === 'http:' ? origin : undefined
}
