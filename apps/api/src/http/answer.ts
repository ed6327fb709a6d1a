/**
 * Answers and the headers that all of them carry, which are written once with the answer: a header that is added
 * later has the whole answer made again, and that costs more than all the rest.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
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

/** Seconds for which a browser remembers a preflight. */
const PREFLIGHT_SECONDS = 600

/** A request id that a client sends: as long as this, and of these characters. */
const LONGEST_REQUEST_ID = 64
const requestIdPattern = /^[\w\-=]+$/

/** Gives the request its id, sees to the headers of its answer, and answers preflights. */
export function prepareAnswers(options: AnswerOptions): MiddlewareHandler<ApiEnv> {
  const { url, corsOrigins, exposed } = options
  const origins = new Set(corsOrigins)
  const exposedList = exposed.join(',')
  const transport = url.startsWith('https:') ? 'max-age=31536000' : null
  const preflight = answerPreflights(corsOrigins)

  return async function prepareAnswersMiddleware(c, next) {
    const requestId = readRequestId(c)
    const origin = readHeader(c, 'origin')
    const isPrivate = c.req.path === '/api' || c.req.path.startsWith('/api/')
    c.set('requestId', requestId)
    c.set('makeHeaders', () => {
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
    })
    // An OPTIONS request that is no preflight asks which methods a path answers.
    if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
      const allowed = await preflight(c, next)
      if (allowed) c.res = allowed
    } else {
      await next()
    }
    if (c.res !== c.get('answer')) addMissing(c.res.headers, c.get('makeHeaders')())
  }
}

/** Sets a header of the answer, best before that is made. */
export function setHeader(c: Context<ApiEnv>, name: string, value: string): void {
  if (c.finalized) {
    c.res.headers.set(name, value)
    return
  }
  const make = c.get('makeHeaders')
  c.set('makeHeaders', () => {
    const headers = make()
    headers[name] = value
    return headers
  })
}

/** Answers with text and all headers at once. */
export function answer(
  c: Context<ApiEnv>,
  text: string,
  status: number,
  more: Readonly<Record<string, string>>,
): Response {
  const headers = c.get('makeHeaders')()
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

/** A header of the request. On Node it is there already; a Request makes all its headers for whoever asks for one. */
function readHeader(c: Context<ApiEnv>, name: Lowercase<string>): string | undefined {
  const { incoming }: { incoming?: IncomingMessage } = c.env ?? {}
  if (incoming === undefined) return c.req.header(name)
  const value = incoming.headers[name]
  return typeof value === 'string' ? value : undefined
}

function readRequestId(c: Context<ApiEnv>): string {
  const sent = readHeader(c, 'x-request-id')
  const isUsable =
    sent !== undefined && sent.length <= LONGEST_REQUEST_ID && requestIdPattern.test(sent)
  return isUsable ? sent : randomUUID()
}

/** Exact origins and no credentials: a token in a header is all that a page has to send. */
function answerPreflights(origins: readonly string[]): MiddlewareHandler<ApiEnv> {
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'X-Request-Id', 'traceparent'],
    maxAge: PREFLIGHT_SECONDS,
  })
}

/** For answers that were made without them: of the library, of pages, of preflights. */
function addMissing(present: Headers, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'Vary' && present.get(name) !== value) present.append(name, value)
    else if (!present.has(name)) present.set(name, value)
  }
}
