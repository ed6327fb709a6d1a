/** One request, and what becomes of it on its way to the answer. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { CredentialSource, Identity } from 'claimcheck'
import { getPath } from 'hono/utils/url'
import { type AnswerOptions, createHeaders } from './answer-headers.js'

export interface Exchange {
  readonly request: Request
  /** The request as Node has it; undefined where the app is asked without a port, as in a test. */
  readonly incoming: IncomingMessage | undefined
  readonly method: string
  /** Decoded as far as Hono decodes it before it looks for a route. */
  readonly path: string
  /** The pattern of the route, never the path, which holds what the client wrote; null where none fits. */
  readonly route: string | null
  /** Whether the answer is for one person alone. */
  readonly isPrivate: boolean
  /** A time of `performance.now`. */
  readonly began: number
  readonly requestId: string
  /** The headers that the answer carries whatever it says. */
  readonly headers: Record<string, string>
  /** Who the token speaks for; known below /api/ only. */
  identity: Identity | null
  /** The answer that was made with these headers. */
  answer: Response | null
  /** Why the request was refused, for the log; null when it was not. */
  refusal: Error | null
}

export interface ExchangeOptions extends AnswerOptions {
  /** Says which pattern a path belongs to; null where none fits. */
  findRoute: (method: string, path: string) => string | null
}

/** A request id that a client sends: as long as this, and of these characters. */
const LONGEST_REQUEST_ID = 64
const requestIdPattern = /^[\w\-=]+$/

/** Makes what tells of a request all that is known before anything is decided. */
export function createExchanges(options: ExchangeOptions) {
  const { findRoute } = options
  const makeHeaders = createHeaders(options)

  return function openExchange(request: Request, incoming?: IncomingMessage): Exchange {
    const { method } = request
    const path = getPath(request)
    const isPrivate = path.startsWith('/api/') || path === '/api'
    const requestId = readRequestId(readHeader(request, incoming, 'x-request-id'))
    const origin = readHeader(request, incoming, 'origin')
    return {
      request,
      incoming,
      method,
      path,
      route: findRoute(method, path),
      isPrivate,
      began: performance.now(),
      requestId,
      headers: makeHeaders({ requestId, origin, isPrivate }),
      identity: null,
      answer: null,
      refusal: null,
    }
  }
}

/** Where a request carries its token: on Node the raw list of headers, which shows what joining would hide. */
export function readCredentials({ request, incoming }: Exchange): CredentialSource {
  return incoming === undefined ? request : { rawHeaders: incoming.rawHeaders, url: incoming.url }
}

function readRequestId(sent: string | undefined): string {
  const isUsable =
    sent !== undefined && sent.length <= LONGEST_REQUEST_ID && requestIdPattern.test(sent)
  return isUsable ? sent : randomUUID()
}

/** A header of the request. On Node it is there already; a Request makes all its headers for whoever asks for one. */
function readHeader(
  request: Request,
  incoming: IncomingMessage | undefined,
  name: Lowercase<string>,
): string | undefined {
  if (incoming === undefined) return request.headers.get(name) ?? undefined
  const value = incoming.headers[name]
  return typeof value === 'string' ? value : undefined
}
