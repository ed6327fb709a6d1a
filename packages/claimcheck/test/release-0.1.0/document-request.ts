/** One request for a document of an issuer: bounded in time, size and trust. */

interface DocumentRequest {
  fetch: typeof globalThis.fetch
  /** What may be answered, as an `Accept` header. */
  accept: string
  /** The validator of the last answer, or null. */
  etag: string | null
  /** How long it may take, in milliseconds. */
  timeout: number
  /** The most that is read of an answer, in bytes. */
  largestBody: number
  /** Ends the request early, when nobody wants the answer any more. */
  signal: AbortSignal
}

export interface DocumentAnswer {
  /** The text, or null when the issuer said that nothing has changed (304). */
  readonly body: string | null
  /** The validator for the next request (RFC 9110 §8.8.3). */
  readonly etag: string | null
  /** The answer was stored somewhere on the way (`Age` above 0), so it may be older than the question. */
  readonly fromCache: boolean
}

/**
 * Fetches a document. Redirects are not followed: who may speak for the issuer is configured, not discovered.
 *
 * @throws Error with a sentence that says what came instead; never with anything of the content
 */
export async function requestDocument(url: URL, request: DocumentRequest): Promise<DocumentAnswer> {
  const { timeout, signal } = request
  const ending = new AbortController()
  const end = () => ending.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  const timer = setTimeout(() => ending.abort(new Error(`No answer after ${timeout} ms`)), timeout)
  try {
    // Raced, because a fetch of the caller's own may not listen to the signal.
    const answer = readAnswer(url, { ...request, signal: ending.signal })
    return await Promise.race([rejectOnAbort(ending.signal), answer])
  } finally {
    clearTimeout(timer)
    // Taken off again, rather than AbortSignal.any: Node 20 keeps every signal made of a long-lived one.
    signal.removeEventListener('abort', end)
  }
}

async function readAnswer(url: URL, request: DocumentRequest): Promise<DocumentAnswer> {
  const { etag } = request
  const response = await request.fetch(url, {
    headers: {
      Accept: request.accept,
      'Cache-Control': 'no-cache',
      ...(etag !== null && { 'If-None-Match': etag }),
    },
    redirect: 'manual',
    signal: request.signal,
  })
  const fromCache = Number(response.headers.get('age') ?? 0) > 0
  if (response.status === 304 && etag !== null) {
    await response.body?.cancel()
    return { body: null, etag, fromCache }
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`The answer had status ${response.status}, expected 200`)
  }
  const body = await readBody(response, request.largestBody)
  return { body, etag: response.headers.get('etag'), fromCache }
}

async function readBody(response: Response, largest: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  // Counted while it arrives: a Content-Length may be absent or false.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > largest) throw new Error(`The answer is larger than ${largest} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
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
