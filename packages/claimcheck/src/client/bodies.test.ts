import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage, unauthorized, unavailable } from './_page.js'

const MINUTE = 60_000
const TASKS = `${API}/api/me/tasks`

afterEach(() => vi.unstubAllGlobals())

describe('bodies', () => {
  const streams: [string, () => [RequestInfo, RequestInit?]][] = [
    ['a stream', () => [TASKS, upload(streamOf('one', 'two'))]],
    ['an async iterable', () => [TASKS, upload(iterable() as never)]],
    ['a Request with a stream', () => [new Request(TASKS, upload(streamOf('one', 'two')))]],
    [
      'a Request with text, which cannot be told from one',
      () => [new Request(TASKS, upload('onetwo'))],
    ],
  ]

  it.each(streams)('does not send %s twice after a 401', async (_, request) => {
    const { tokens, api } = openPage()
    const bodies: string[] = []
    api.answer(async (sent) => {
      bodies.push(await sent.text())
      return unauthorized()
    })
    const response = await tokens.fetch(...request())
    expect(response.status).toBe(401)
    expect(bodies).toEqual(['onetwo'])
  })

  it.each(streams)('does not send %s twice after a 503', async (_, request) => {
    const { tokens, api } = openPage()
    api.answer(() => unavailable('1'))
    expect((await tokens.fetch(...request())).status).toBe(503)
    expect(api.requests).toHaveLength(1)
  })

  it('knows a stream where streams cannot be iterated, as in Safari', async () => {
    const send = vi.fn(async () => unauthorized())
    const { tokens } = openPage({ fetch: send })
    const stream = { getReader: () => {} } as unknown as ReadableStream
    expect((await tokens.fetch(TASKS, upload(stream))).status).toBe(401)
    expect(send).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['text', () => 'title=Milk'],
    ['bytes', () => new TextEncoder().encode('title=Milk')],
    ['a buffer', () => new TextEncoder().encode('title=Milk').buffer as ArrayBuffer],
    ['a Blob', () => new Blob(['title=Milk'])],
    ['form fields', () => new URLSearchParams({ title: 'Milk' })],
  ])('sends %s again', async (_, body) => {
    const { tokens, api } = openPage()
    const bodies: string[] = []
    api.answer(async (sent) => {
      bodies.push(await sent.text())
      return bodies.length === 1 ? unauthorized() : new Response()
    })
    await tokens.fetch(TASKS, { method: 'POST', body: body() })
    expect(bodies).toEqual(['title=Milk', 'title=Milk'])
  })

  it('sends a form with a file again', async () => {
    const { tokens, api } = openPage()
    const names: unknown[] = []
    api.answer(async (sent) => {
      const file = (await sent.formData()).get('file')
      names.push((file as File).name)
      return names.length === 1 ? unauthorized() : new Response()
    })
    const body = new FormData()
    body.set('file', new Blob(['x']), 'list.csv')
    await tokens.fetch(TASKS, { method: 'POST', body })
    expect(names).toEqual(['list.csv', 'list.csv'])
  })

  it.each([
    ['a Request without a body', () => new Request(TASKS, { method: 'DELETE' })],
    [
      'a GET in a browser that does not know Request.body',
      () => Object.defineProperty(new Request(TASKS), 'body', { value: undefined }),
    ],
  ])('sends %s again', async (_, request) => {
    const { tokens, api } = openPage()
    api.answer(() => (api.requests.length === 1 ? unauthorized() : new Response()))
    expect((await tokens.fetch(request())).status).toBe(200)
  })

  it('renews a token that is about to end before it sends what it can send only once', async () => {
    const { tokens, api, clock } = openPage()
    const token = await tokens.getToken()
    await clock.advance(14 * MINUTE + 1)
    await tokens.fetch(TASKS, upload(streamOf('one')))
    expect(api.tokens[0]).not.toBe(token)
  })

  it('sends it with the token that is about to end when no new one can be had', async () => {
    const { tokens, api, clock, issuer } = openPage()
    const token = await tokens.getToken()
    await clock.advance(14 * MINUTE + 1)
    issuer.answer(() => ({ error: { status: 404 } }))
    await tokens.fetch(TASKS, upload(streamOf('one')))
    expect(api.tokens).toEqual([token])
  })
})

function upload(body: BodyInit): RequestInit {
  return { method: 'POST', body, duplex: 'half' } as RequestInit
}

function streamOf(...chunks: string[]): ReadableStream {
  return new Blob(chunks).stream()
}

async function* iterable() {
  yield new TextEncoder().encode('one')
  yield new TextEncoder().encode('two')
}
