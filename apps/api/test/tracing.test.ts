/** One trace from the browser's request through the verdict to the SQL, and on to the issuer. */
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { createVerifier } from 'claimcheck'
import { traceFetch, traceVerifier } from 'claimcheck/opentelemetry'
import { createTestIssuer } from 'claimcheck/testing'
import pino from 'pino'
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { createApp } from '../src/app.js'
import { createDatabase } from '../src/database/database.js'
import { createTracing } from '../src/tracing.js'
import { createTestLimits, toPerson } from './_client.js'
import { createTestDatabase } from './_database.js'
import { createTracedVerifier } from './opentelemetry.example.js'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`
const exporter = new InMemorySpanExporter()

it('wraps nothing while no tracer is registered', async () => {
  const issuer = await createTestIssuer()
  const verifier = createVerifier(issuer.options)
  onTestFinished(() => verifier.close())
  expect(createTracing()).toBeNull()
  expect(traceVerifier(verifier)).toBe(verifier)
  expect(traceFetch(issuer.fetch)).toBe(issuer.fetch)
})

describe('with a tracer', () => {
  beforeAll(() => {
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
  })
  afterEach(() => exporter.reset())
  afterAll(() => {
    trace.disable()
    context.disable()
    propagation.disable()
  })

  /** The API on a real database, with an issuer that keeps which trace its requests belong to. */
  async function start() {
    const tracing = createTracing()
    if (tracing === null) throw new Error('There is a tracer.')
    const issuer = await createTestIssuer()
    const asked: [path: string, traceparent: string | null][] = []
    const { fetch: serve } = issuer.options
    const verifier = createTracedVerifier({
      ...issuer.options,
      revocations: {},
      fetch: async (input, init) => {
        const { pathname } = new URL(String(input))
        asked.push([pathname, new Headers(init?.headers).get('traceparent')])
        return serve(input, init)
      },
    })
    const db = await createTestDatabase(inject('databases')[0]?.url ?? '')
    const app = createApp({
      verifier,
      database: createDatabase(db.pool, { role: () => db.role, wrapQuery: tracing.wrapQuery }),
      log: pino({ level: 'silent' }),
      corsOrigins: [],
      url: 'https://api.test',
      limits: createTestLimits(),
      tracing: tracing.around,
    })
    onTestFinished(async () => {
      verifier.close()
      await db.close()
    })
    const signIn = async (sub: string) => toPerson(app, sub, await issuer.sign({ sub }))
    return { app, issuer, asked, signIn }
  }

  const list = () => exporter.getFinishedSpans()
  const find = (name: string) => {
    const span = list().find((one) => one.name === name)
    if (span === undefined) throw new Error(`No span ${name}: ${list().map((one) => one.name)}`)
    return span
  }
  const parentOf = (span: ReadableSpan) => span.parentSpanContext?.spanId

  it('has the request, the verdict, the issuer and the SQL in one trace, and nothing of a person', async () => {
    const { asked, signIn } = await start()
    const ada = await signIn('ada-the-person')
    const title = 'A secret title'
    await ada.call('POST', '/api/me/tasks', { title }, { traceparent })
    const request = find('POST /api/:user_id/tasks')
    const verdict = find('verify token')
    const insert = find('WITH')
    expect(parentOf(request)).toBe('b7ad6b7169203331')
    expect([parentOf(verdict), parentOf(insert)]).toEqual(
      Array(2).fill(request.spanContext().spanId),
    )
    const traces = [request, verdict, insert].map((span) => span.spanContext().traceId)
    expect(traces).toEqual(Array(3).fill(traceId))
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/:user_id/tasks',
      'http.response.status_code': 200,
    })
    expect(verdict.attributes).toEqual({ 'claimcheck.outcome': 'accepted' })
    expect(insert.attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'db.operation.name': 'WITH',
      'db.query.text': expect.stringMatching(/^with .*insert into "claimcheck_tasks"/),
    })
    const keys = list().filter(({ attributes }) => `${attributes['url.full']}`.endsWith('/jwks'))
    expect(keys[0] && parentOf(keys[0])).toBe(verdict.spanContext().spanId)
    // Keys and feed are fetched for the first token.
    for (const document of ['/jwks', '/revocations/manifest']) {
      const [, header] = asked.find(([path]) => path.endsWith(document)) ?? []
      expect([document, header]).toEqual([
        document,
        expect.stringMatching(`^00-${traceId}-[0-9a-f]{16}-01$`),
      ])
    }
    // What follows in the background is no part of that request any more.
    const isOfAnother = () => asked.some(([, header]) => !header?.includes(traceId))
    await expect.poll(isOfAnother, { timeout: 30_000 }).toBe(true)
    const written = JSON.stringify(list().map(({ name, attributes }) => ({ name, attributes })))
    expect(written).not.toContain(ada.token.slice(0, 20))
    expect(written).not.toMatch(/ada-the-person|A secret title/)
  })

  it('begins a trace where the caller has none, and calls what is refused by its code', async () => {
    const { app, issuer, signIn } = await start()
    const ada = await signIn('ada')
    await ada.call('GET', '/api/bob/tasks')
    const request = find('GET /api/:user_id/tasks')
    expect(parentOf(request)).toBeUndefined()
    expect(request.attributes['http.response.status_code']).toBe(403)
    expect(request.status.code).toBe(SpanStatusCode.UNSET)
    expect(list().some(({ name }) => name === 'SELECT')).toBe(false)
    exporter.reset()
    const expired = await issuer.sign({ sub: 'ada' }, { expiresIn: -60 })
    await app.request('/api/me', { headers: { Authorization: `Bearer ${expired}` } })
    expect(find('verify token').attributes).toEqual({ 'claimcheck.outcome': 'token_expired' })
    expect(find('verify token').status.code).toBe(SpanStatusCode.UNSET)
  })

  it('marks as failed what could not be told', async () => {
    const { issuer, signIn } = await start()
    issuer.publish(() => new Response(null, { status: 502 }))
    const ada = await signIn('ada')
    expect((await ada.call('GET', '/api/me')).status).toBe(503)
    const [verdict, request] = [find('verify token'), find('GET /api/me')]
    expect(verdict.attributes['claimcheck.outcome']).toBe('keys_unavailable')
    expect([verdict, request].map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
    ])
    const keys = list().find(({ attributes }) => `${attributes['url.full']}`.endsWith('/jwks'))
    expect(keys?.attributes).toMatchObject({
      'http.response.status_code': 502,
      'error.type': '502',
    })
  })
})
