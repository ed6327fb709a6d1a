/**
 * Spans of OpenTelemetry around tokens and around requests to their issuer. `@opentelemetry/api` is an optional peer
 * that only this entry point loads. What is given stays as it is, and costs nothing, unless a tracer was registered
 * before: start the process with `node --import ./tracing.js`.
 */
import {
  type Context,
  context,
  ProxyTracerProvider,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { AuthError } from './errors.js'
import type { Verifier } from './verifier.js'

type Fetch = typeof globalThis.fetch

const scope = 'claimcheck'

/** Whether somebody registered a tracer. */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider()
  if (!(provider instanceof ProxyTracerProvider)) return true
  // What every provider leads to as long as nobody registered one.
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate()
}

/**
 * A verifier whose `verify`, `authenticate` and `judge` are spans named `verify token`. `claimcheck.outcome` is
 * `accepted` or the code of the refusal, the status an error where the code is a 503. Nothing of a token is written.
 */
export function traceVerifier(verifier: Verifier): Verifier {
  if (!isTracing()) return verifier
  const tracer = trace.getTracer(scope)
  const inSpan = <Result>(judge: () => Result | Promise<Result>): Promise<Result> =>
    tracer.startActiveSpan('verify token', async (span) => {
      try {
        const result = await judge()
        span.setAttribute('claimcheck.outcome', 'accepted')
        return result
      } catch (error) {
        const code = error instanceof AuthError ? error.code : 'failed'
        span.setAttribute('claimcheck.outcome', code)
        if (!(error instanceof AuthError) || error.status === 503) fail(span, code)
        throw error
      } finally {
        span.end()
      }
    })
  return {
    ...verifier,
    verify: (token) => inSpan(() => verifier.verify(token)),
    authenticate: (source) => inSpan(() => verifier.authenticate(source)),
    judge: (source) => inSpan(() => verifier.judge(source)),
  }
}

/**
 * A fetch whose requests are client spans and carry their trace context in `traceparent`, as the verifier's `fetch`
 * option takes it. `url.full` is written without the query.
 *
 * @param fetch Default: the global one.
 */
export function traceFetch(fetch: Fetch = globalThis.fetch): Fetch {
  if (!isTracing()) return fetch
  const tracer = trace.getTracer(scope)
  return (input, init) => {
    const request = input instanceof Request ? input : undefined
    const url = new URL(request?.url ?? String(input))
    const method = init?.method ?? request?.method ?? 'GET'
    const attributes = {
      'http.request.method': method,
      'url.full': `${url.origin}${url.pathname}`,
      'server.address': url.hostname,
      'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    }
    const options = { kind: SpanKind.CLIENT, attributes }
    return tracer.startActiveSpan(method, options, findParent(), async (span) => {
      const headers = new Headers(init?.headers ?? request?.headers)
      propagation.inject(context.active(), headers, {
        set: (carrier, name, value) => carrier.set(name, value),
      })
      try {
        const response = await fetch(input, { ...init, headers })
        span.setAttribute('http.response.status_code', response.status)
        if (response.status >= 400) fail(span, String(response.status))
        return response
      } catch (error) {
        fail(span, error instanceof Error ? error.name : 'failed')
        throw error
      } finally {
        span.end()
      }
    })
  }
}

/**
 * What a request began and the background goes on with, such as following a feed, is no part of that request any more
 * once its span has ended: it begins traces of its own.
 */
function findParent(): Context {
  const active = context.active()
  const span = trace.getSpan(active)
  if (span === undefined || span.isRecording()) return active
  const { isRemote = false, traceFlags } = span.spanContext()
  const wasSampled = (traceFlags & TraceFlags.SAMPLED) !== 0
  return wasSampled && !isRemote ? trace.deleteSpan(active) : active
}

/** By its kind: a message may quote what somebody sent. */
function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
