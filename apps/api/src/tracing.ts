/** Spans of OpenTelemetry: a request with its route, and each statement; nothing of a token, a person or a row. */
import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api'
import { isTracing, traceFetch, traceVerifier } from 'claimcheck/opentelemetry'
import type { QueryWrapper } from './database/database.js'
import { readCode } from './database/unavailable.js'
import type { Around } from './http/every-request.js'

export interface Tracing {
  /** Goes around everything else. */
  readonly around: Around
  readonly wrapQuery: QueryWrapper
  readonly fetch: typeof globalThis.fetch
  readonly traceVerifier: typeof traceVerifier
}

const scope = 'claimcheck-api'

/** Methods that have a name of their own; a client can make up any number of others. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])

const headers: TextMapGetter<Headers> = {
  get: (carrier, name) => carrier.get(name) ?? undefined,
  keys: (carrier) => [...carrier.keys()],
}

/** Null unless a tracer was registered before the API started: then nothing is wrapped, and nothing costs. */
export function createTracing(): Tracing | null {
  if (!isTracing()) return null
  return { around: traceRequest, wrapQuery: traceQuery, fetch: traceFetch(), traceVerifier }
}

const traceRequest: Around = async function traceRequest(exchange, next) {
  const { request, route } = exchange
  const active = context.active()
  // An instrumentation of node:http has read the caller's context already.
  const parent = trace.getSpan(active)
    ? active
    : propagation.extract(active, request.headers, headers)
  const method = methods.has(exchange.method) ? exchange.method : '_OTHER'
  const attributes = {
    'http.request.method': method,
    ...(route !== null && { 'http.route': route }),
  }
  const options = { kind: SpanKind.SERVER, attributes }
  const name = route === null ? method : `${method} ${route}`
  const span = trace.getTracer(scope).startSpan(name, options, parent)
  try {
    const response = await context.with(trace.setSpan(parent, span), next)
    span.setAttribute('http.response.status_code', response.status)
    if (response.status >= 500) fail(span, String(response.status))
    return response
  } finally {
    span.end()
  }
}

/** Statements hold places for values, and never values. */
const traceQuery: QueryWrapper = (query) =>
  function tracedQuery<Row>(text: string, values?: readonly unknown[]) {
    const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'QUERY'
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.text': text,
    }
    const options = { kind: SpanKind.CLIENT, attributes }
    return trace.getTracer(scope).startActiveSpan(operation, options, async (span) => {
      try {
        return await query<Row>(text, values)
      } catch (error) {
        fail(span, readCode(error) ?? (error instanceof Error ? error.name : 'failed'))
        throw error
      } finally {
        span.end()
      }
    })
  }

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
