/**
 * Answers and the headers that all of them carry, which are written once with the answer: a header that is added
 * later has the whole answer made again, and that costs more than all the rest.
 */
import type { Context } from 'hono'
import { cors } from 'hono/cors'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiEnv } from './context.js'

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

/** Seconds for which a browser remembers a preflight. */
const PREFLIGHT_SECONDS = 600

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

/** Answers preflights: exact origins and no credentials, because a token in a header is all that a page has to send. */
export function createPreflight({ corsOrigins }: AnswerOptions) {
  return cors({
    origin: [...corsOrigins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'X-Request-Id', 'traceparent'],
    maxAge: PREFLIGHT_SECONDS,
  })
}

/** Answers with text and all headers at once. */
export function answer(
  c: Context<ApiEnv>,
  text: string,
  status: number,
  more: Readonly<Record<string, string>>,
): Response {
  const headers = c.get('headers')
  for (const name in more) headers[name] = more[name] as string
  const response = new Response(text, { status, headers })
  c.set('answer', response)
  return response
}

/** Answers with JSON, typed for the document as `c.json` is. */
export function answerJson<Body extends object, Status extends ContentfulStatusCode>(
  c: Context<ApiEnv>,
  body: Body,
  status: Status,
  etag?: string,
) {
  const type = 'application/json'
  const headers =
    etag === undefined ? { 'Content-Type': type } : { 'Content-Type': type, ETag: etag }
  const response = answer(c, JSON.stringify(body), status, headers)
  // The type says what the body holds, which no Response knows.
  return response as ReturnType<typeof c.json<Body, Status>>
}

/** Adds the headers to an answer that was made without them: of pages, of preflights. */
export function completeAnswer(c: Context<ApiEnv>): void {
  if (c.res === c.get('answer')) return
  const present = c.res.headers
  for (const [name, value] of Object.entries(c.get('headers'))) {
    if (name === 'Vary' && present.get(name) !== value) present.append(name, value)
    else if (!present.has(name)) present.set(name, value)
  }
}
