/**
 * Answers and the headers that all of them carry, which are written once with the answer: a header that is added
 * later has the whole answer made again, and that costs more than all the rest.
 */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiEnv } from './context.js'
import type { Exchange } from './exchange.js'

/** Seconds for which a browser remembers a preflight. */
const PREFLIGHT_SECONDS = 600

const preflight = {
  'Access-Control-Allow-Methods': 'GET,HEAD,POST,PATCH,DELETE',
  'Access-Control-Allow-Headers': 'Authorization,Content-Type,If-Match,X-Request-Id,traceparent',
  'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
}

const json = { 'Content-Type': 'application/json' }

/** An OPTIONS request that is no preflight asks which methods a path answers. */
export function isPreflight({ method, request }: Exchange): boolean {
  return method === 'OPTIONS' && request.headers.has('Access-Control-Request-Method')
}

/**
 * Answers a preflight. No credentials are ever allowed, because a token in a header is all that a page has to send; the
 * header that allows its origin is one that every answer has.
 */
export function answerPreflight(exchange: Exchange): Response {
  return answer(exchange, null, 204, preflight)
}

/** Answers with text and all headers at once. */
export function answer(
  exchange: Exchange,
  text: string | null,
  status: number,
  more: Readonly<Record<string, string>>,
): Response {
  const { headers } = exchange
  for (const name in more) headers[name] = more[name] as string
  const response = new Response(text, { status, headers })
  exchange.answer = response
  return response
}

export interface JsonOptions {
  readonly etag?: string
  /** The body as JSON, where that is known already. */
  readonly text?: string
}

/** Answers with JSON, typed for the document as `c.json` is. */
export function answerJson<Body extends object, Status extends ContentfulStatusCode>(
  c: Context<ApiEnv>,
  body: Body,
  status: Status,
  { etag, text = JSON.stringify(body) }: JsonOptions = {},
) {
  const { exchange } = c.env
  if (etag !== undefined) exchange.headers.ETag = etag
  const response = answer(exchange, text, status, json)
  // The type says what the body holds, which no Response knows.
  return response as ReturnType<typeof c.json<Body, Status>>
}

/** Adds the headers to an answer that was made without them: of pages, and of what answers HEAD. */
export function completeAnswer(exchange: Exchange, response: Response): void {
  if (response === exchange.answer) return
  const present = response.headers
  for (const [name, value] of Object.entries(exchange.headers)) {
    if (name === 'Vary' && present.get(name) !== value) present.append(name, value)
    else if (!present.has(name)) present.set(name, value)
  }
}
