/** The headers that all answers carry. */
export interface AnswerOptions {
  /** The address clients reach this API at. */
  url: string
  /** Origins whose pages may call this API, compared exactly. */
  corsOrigins: readonly string[]
  /** Headers that those pages may read. */
  exposed: readonly string[]
}

/** What the headers of an answer depend on. */
export interface Asked {
  readonly requestId: string
  /** The page that asks, where one does. */
  readonly origin: string | undefined
  /** Whether the answer is for one person alone. */
  readonly isPrivate: boolean
}

/** Makes what makes the headers that an answer carries whatever it says. */
export function createHeaders(options: AnswerOptions): (asked: Asked) => Record<string, string> {
  const { url, corsOrigins, exposed } = options
  const origins = new Set(corsOrigins)
  const exposedList = exposed.join(',')
  const transport = url.startsWith('https:') ? 'max-age=31536000' : null

  return ({ requestId, origin, isPrivate }) => {
    const headers: Record<string, string> = {
      'X-Request-Id': requestId,
      // For whatever is no page. A page needs another policy, and says so itself.
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      Vary: isPrivate ? 'Authorization, Origin' : 'Origin',
    }
    if (transport !== null) headers['Strict-Transport-Security'] = transport
    // What a person's data may never do: stay in a cache.
    if (isPrivate) headers['Cache-Control'] = 'private, no-store'
    if (origin !== undefined) {
      headers['Access-Control-Expose-Headers'] = exposedList
      if (origins.has(origin)) headers['Access-Control-Allow-Origin'] = origin
    }
    return headers
  }
}
