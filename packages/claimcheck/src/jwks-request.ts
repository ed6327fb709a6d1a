/** One request for a JWKS: bounded in time, size and trust. */

/** How long one request may take, in milliseconds. */
const TIMEOUT = 2_000

/** The most that is read of an answer, in bytes. */
const LARGEST_BODY = 64 * 1024

/** The most keys a document may hold. More is not a key set, and cutting it short could lose the newest key. */
const MOST_KEYS = 32

/** What an issuer answered. */
export interface JwksAnswer {
  /** The members of `keys`, unchecked; null when the issuer said that nothing has changed (304). */
  readonly jwks: readonly unknown[] | null
  /** The validator for the next request (RFC 9110 §8.8.3). */
  readonly etag: string | null
  /** The answer was stored somewhere on the way (`Age` above 0), so it may be older than the question. */
  readonly fromCache: boolean
}

export interface JwksRequestOptions {
  fetch: typeof globalThis.fetch
  /** The validator of the last answer, or null. */
  etag: string | null
  /** Ends the request early, when nobody wants the answer any more. */
  signal: AbortSignal
}

/**
 * Fetches a JWKS (RFC 7517 §5). Redirects are not followed: who may name the keys is configured, not discovered.
 *
 * @throws Error with a sentence that says what came instead of a key set; never with anything of its content
 */
export async function requestJwks(url: URL, options: JwksRequestOptions): Promise<JwksAnswer> {
  const timeout = new AbortController()
  const timer = setTimeout(
    () => timeout.abort(new Error(`No key set after ${TIMEOUT} ms`)),
    TIMEOUT,
  )
  const signal = AbortSignal.any([options.signal, timeout.signal])
  try {
    // Raced, because a fetch of the caller's own may not listen to the signal.
    return await Promise.race([rejectOnAbort(signal), readAnswer(url, { ...options, signal })])
  } finally {
    clearTimeout(timer)
  }
}

async function readAnswer(
  url: URL,
  { fetch, etag, signal }: JwksRequestOptions,
): Promise<JwksAnswer> {
  const response = await fetch(url, {
    headers: {
      Accept: 'application/jwk-set+json, application/json',
      'Cache-Control': 'no-cache',
      ...(etag !== null && { 'If-None-Match': etag }),
    },
    redirect: 'manual',
    signal,
  })
  const fromCache = Number(response.headers.get('age') ?? 0) > 0
  if (response.status === 304 && etag !== null) {
    await response.body?.cancel()
    return { jwks: null, etag, fromCache }
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`The key set answered with status ${response.status}, expected 200`)
  }
  return {
    jwks: parseKeys(await readBody(response)),
    etag: response.headers.get('etag'),
    fromCache,
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Counted while it arrives: a Content-Length may be absent or false.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > LARGEST_BODY) throw new Error(`The key set is larger than ${LARGEST_BODY} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(concat(chunks, size))
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

function parseKeys(body: string): readonly unknown[] {
  let document: unknown
  try {
    document = JSON.parse(body)
  } catch {
    // The parser's message would quote the body.
    throw new Error('The key set is not JSON')
  }
  const keys =
    typeof document === 'object' && document !== null && 'keys' in document
      ? document.keys
      : undefined
  if (!Array.isArray(keys)) throw new Error('The key set has no array "keys"')
  if (keys.length > MOST_KEYS) throw new Error(`The key set holds more than ${MOST_KEYS} keys`)
  return keys
}
