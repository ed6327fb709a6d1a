/** One request for a document of an issuer: bounded in time, size and trust. */

export interface BytesRequest {
  fetch: typeof globalThis.fetch
  /** What may be answered, as an `Accept` header. */
  accept: string
  /** How long it may take, in milliseconds. */
  timeout: number
  /** The most that is read of an answer, in bytes. */
  largestBody: number
  /** Ends the request early, when nobody wants the answer any more. */
  signal?: AbortSignal | undefined
  /** Caches on the way may answer: for what is named by its own digest. Default: false. */
  mayBeCached?: boolean
  /** Called whenever something arrives: the other side is not stalled. */
  onProgress?: () => void
}

export interface DocumentRequest extends Omit<BytesRequest, 'mayBeCached'> {
  /** The validator of the last answer, or null. */
  etag: string | null
}

export interface DocumentAnswer {
  /** The text, or null when the issuer said that nothing has changed (304). */
  readonly body: string | null
  /** The validator for the next request (RFC 9110 §8.8.3). */
  readonly etag: string | null
  /** The answer was stored somewhere on the way (`Age` above 0), so it may be older than the question. */
  readonly fromCache: boolean
  /** When the issuer says it answered, in milliseconds since 1970; null where that is unknown. Precise to a second. */
  readonly date: number | null
  /** Seconds after which to ask again (`Retry-After`), or null. */
  readonly retryAfter: number | null
}

/** An answer with another status than the one that was expected. */
export class StatusError extends Error {
  readonly status: number
  readonly retryAfter: number | null

  constructor(response: Response) {
    super(`The answer had status ${response.status}, expected 200`)
    this.status = response.status
    this.retryAfter = readRetryAfter(response)
  }
}

/**
 * Fetches a document. Redirects are not followed: who may speak for the issuer is configured, not discovered.
 *
 * @throws Error with a sentence that says what came instead; never with anything of the content
 */
export function requestDocument(url: URL, request: DocumentRequest): Promise<DocumentAnswer> {
  const { etag } = request
  return withinTime(url, request, etag, async (response) => {
    const { headers } = response
    const fromCache = Number(headers.get('age') ?? 0) > 0
    const terms = {
      fromCache,
      date: readDate(response, fromCache),
      retryAfter: readRetryAfter(response),
    }
    if (response.status === 304) return { body: null, etag, ...terms }
    const bytes = await readBody(response, request)
    const body = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { body, etag: headers.get('etag'), ...terms }
  })
}

/** Fetches bytes, under the same rules. */
export function requestBytes(url: URL, request: BytesRequest): Promise<Uint8Array<ArrayBuffer>> {
  return withinTime(url, request, null, (response) => readBody(response, request))
}

async function withinTime<T>(
  url: URL,
  request: BytesRequest,
  etag: string | null,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { timeout, signal } = request
  const ending = new AbortController()
  const end = () => ending.abort(signal?.reason)
  signal?.addEventListener('abort', end, { once: true })
  const timer = setTimeout(() => ending.abort(new Error(`No answer after ${timeout} ms`)), timeout)
  try {
    // Raced, because a fetch of the caller's own may not listen to the signal.
    const answer = send(url, request, etag, ending.signal).then(read)
    return await Promise.race([rejectOnAbort(ending.signal), answer])
  } finally {
    clearTimeout(timer)
    // Taken off again, rather than AbortSignal.any: Node 20 keeps every signal made of a long-lived one.
    signal?.removeEventListener('abort', end)
  }
}

async function send(
  url: URL,
  { fetch, accept, mayBeCached = false }: BytesRequest,
  etag: string | null,
  signal: AbortSignal,
): Promise<Response> {
  // `fetch` is called on its own: some platforms refuse one that is called as a method of something else.
  const response = await fetch(url, {
    headers: {
      Accept: accept,
      ...(!mayBeCached && { 'Cache-Control': 'no-cache' }),
      ...(etag !== null && { 'If-None-Match': etag }),
    },
    redirect: 'manual',
    signal,
  })
  const isPage = /\bhtml\b/i.test(response.headers.get('content-type') ?? '')
  if (response.status === 200 && !isPage) return response
  await response.body?.cancel()
  if (response.status === 304 && etag !== null) return response
  if (response.status !== 200) throw new StatusError(response)
  throw new Error('The answer is HTML, a page for people')
}

/** The Date of a stored answer is that of another moment. */
function readDate(response: Response, fromCache: boolean): number | null {
  const date = Date.parse(response.headers.get('date') ?? '')
  return fromCache || Number.isNaN(date) ? null : date
}

async function readBody(
  response: Response,
  { largestBody: largest, onProgress }: BytesRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Counted while it arrives: a Content-Length may be absent or false.
  for await (const chunk of response.body ?? []) {
    onProgress?.()
    size += chunk.byteLength
    if (size > largest) throw new Error(`The answer is larger than ${largest} bytes`)
    chunks.push(chunk)
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}

/** Delta-seconds only (RFC 9110 §10.2.3): a date would need a clock that agrees. */
function readRetryAfter({ headers }: Response): number | null {
  const text = headers.get('retry-after') ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** A sentence for the operator. A fetch hides its reason in the cause. */
export function toReason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'The request failed'
  const code =
    cause.cause instanceof Error && 'code' in cause.cause ? String(cause.cause.code) : undefined
  return code === undefined ? cause.message : `${cause.message} (${code})`
}
