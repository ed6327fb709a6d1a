/** What the API answered, as far as the inspector shows it. */

/** One check of the verifier, as the API lists them in Server-Timing. */
export interface Check {
  /** Such as `signature` or `issued-at`. */
  readonly name: string
  readonly outcome: string
  /** The kind of thing that was found; null where there is nothing to say. */
  readonly found: string | null
  /** Milliseconds. */
  readonly duration: number
}

export interface Answer {
  /** What was asked for. */
  readonly url: string
  readonly status: number
  /** Of a problem; null for a success. */
  readonly code: string | null
  /** The fixed sentence of a problem; null for a success. */
  readonly detail: string | null
  readonly challenge: string | null
  readonly requestId: string | null
  readonly retryAfter: string | null
  /** Empty where the API does not list them. */
  readonly checks: readonly Check[]
  readonly body: unknown
  /** From the request to the whole answer, in milliseconds. */
  readonly milliseconds: number
}

/** Sends a request and reads the whole answer. @throws TypeError when there is none */
export async function ask(send: () => Promise<Response>): Promise<Answer> {
  const began = performance.now()
  const response = await send()
  const body: unknown = await response.json().catch(() => null)
  const { headers, status, ok } = response
  return {
    url: response.url,
    status,
    code: ok ? null : readText(body, 'code'),
    detail: ok ? null : readText(body, 'detail'),
    challenge: headers.get('www-authenticate'),
    requestId: headers.get('x-request-id'),
    retryAfter: headers.get('retry-after'),
    checks: readChecks(headers.get('server-timing') ?? ''),
    body,
    milliseconds: performance.now() - began,
  }
}

/** Reads Server-Timing (https://www.w3.org/TR/server-timing/) as the API writes it. */
export function readChecks(header: string): readonly Check[] {
  return [...header.matchAll(/([\w-]+);desc="([^"]*)";dur=([\d.]+)/g)].map(
    ([, name = '', description = '', duration]) => {
      const [outcome = '', found = null] = description.split(', ')
      return { name, outcome, found, duration: Number(duration) }
    },
  )
}

function readText(body: unknown, name: string): string | null {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null
  return typeof value === 'string' ? value : null
}
