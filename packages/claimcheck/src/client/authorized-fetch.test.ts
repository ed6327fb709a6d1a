import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage, outcomeOf, settle, unauthorized, unavailable } from './_page.js'
import { SignedOutError, TokenUnavailableError } from './token-client.js'

const MINUTE = 60_000
const TASKS = `${API}/api/me/tasks`

afterEach(() => vi.unstubAllGlobals())

describe('where the token goes', () => {
  it.each([
    ['an address', TASKS],
    ['a URL', new URL(TASKS)],
    ['a Request', new Request(TASKS)],
    ['the default port, spelled out', 'https://api.example.com:443/api/me/tasks'],
    ['another case', 'HTTPS://API.EXAMPLE.COM/api/me/tasks'],
  ])('goes to a listed origin: %s', async (_, input) => {
    const { tokens, api } = openPage()
    await tokens.fetch(input)
    expect(api.tokens).toEqual([await tokens.getToken()])
    expect(api.requests[0]?.url).toBe(TASKS)
  })

  it('goes to a listed origin by a relative address, read as the page reads it', async () => {
    const { tokens, api } = openPage({ origins: ['https://app.example.com'] })
    await tokens.fetch('../api/tasks')
    expect(api.requests[0]?.url).toBe('https://app.example.com/api/tasks')
    expect(api.tokens[0]).toBe(await tokens.getToken())
  })

  it.each([
    'https://evil.example/api/me/tasks',
    'https://api.example.com.evil.example/',
    'https://evil.example/https://api.example.com/',
    'https://api.example.com@evil.example/',
    'https://api.example.com:8443/',
    'http://api.example.com/',
    'https://sub.api.example.com/',
    'https://app.example.com/api/tasks',
    '/api/tasks',
    '//evil.example/',
    'data:text/plain,hello',
    'blob:https://api.example.com/0d6a6b3c-2e0d-4b57-8d2b-5e6f3a1f7d11',
  ])('never goes to %s, which is not listed', async (address) => {
    const sent: unknown[] = []
    const { tokens, issuer } = openPage({
      fetch: async (input, init) => {
        sent.push([input, init])
        return new Response()
      },
    })
    await tokens.fetch(address, { headers: { accept: 'text/plain' } })
    expect(sent).toEqual([[address, { headers: { accept: 'text/plain' } }]])
    expect(issuer.asked).toBe(0)
  })

  it('looks at the address that is sent, not at one that changes between two looks', async () => {
    const { tokens, api } = openPage()
    let looks = 0
    const shifty = {
      toString() {
        looks += 1
        return looks === 1 ? TASKS : 'https://evil.example/'
      },
    }
    await tokens.fetch(shifty as unknown as URL)
    expect(api.requests.map(({ url }) => url)).toEqual([TASKS])
  })

  it('leaves a request alone that brings its own Authorization', async () => {
    const { tokens, api, issuer } = openPage()
    await tokens.fetch(TASKS, { headers: { Authorization: 'Bearer mine' } })
    await tokens.fetch(new Request(TASKS, { headers: { authorization: 'Basic abc' } }))
    expect(api.tokens).toEqual(['mine', 'Basic abc'])
    expect(issuer.asked).toBe(0)
  })

  it('takes a fetch that will not be called as a method, such as window.fetch', async () => {
    const callers: unknown[] = []
    const { tokens } = openPage({
      async fetch(this: unknown) {
        callers.push(this)
        return new Response()
      },
    })
    await tokens.fetch(TASKS)
    await tokens.fetch('https://elsewhere.example/')
    expect(callers).toEqual([undefined, undefined])
  })

  it('changes nothing else about a request', async () => {
    const { tokens, api } = openPage()
    await tokens.fetch(TASKS, {
      method: 'PATCH',
      body: '{"title":"Milk"}',
      headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    })
    const [request] = api.requests
    expect(request?.method).toBe('PATCH')
    expect(await request?.text()).toBe('{"title":"Milk"}')
    const { authorization: _, ...headers } = Object.fromEntries(request?.headers ?? [])
    expect(headers).toEqual({ 'content-type': 'application/json', 'if-match': '"1"' })
  })

  it('keeps the headers of a Request, unless the options bring others', async () => {
    const { tokens, api } = openPage()
    const request = new Request(TASKS, { headers: { accept: 'text/csv' } })
    await tokens.fetch(request)
    await tokens.fetch(request, { headers: { accept: 'application/json' } })
    expect(api.requests.map(({ headers }) => headers.get('accept'))).toEqual([
      'text/csv',
      'application/json',
    ])
    expect(request.headers.has('authorization')).toBe(false)
  })
})

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const { tokens, api } = openPage()
    api.answer(() => new Response(null, { status, headers: { location: 'https://evil.example/' } }))
    await expect(tokens.fetch(TASKS)).rejects.toThrow(/redirect: "follow"/)
    expect(api.requests).toHaveLength(1)
    expect(api.requests[0]?.redirect).toBe('manual')
  })

  it('does not follow one that the browser hides', async () => {
    const { tokens, api } = openPage()
    api.answer(() => Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' }))
    await expect(tokens.fetch(TASKS)).rejects.toThrow(/The API redirects/)
  })

  it.each([undefined, null])(
    'does not take a redirect option of %s for a wish',
    async (redirect) => {
      const { tokens, api } = openPage()
      await tokens.fetch(TASKS, { redirect } as unknown as RequestInit)
      expect(api.requests[0]?.redirect).toBe('manual')
    },
  )

  it('leaves it to a caller who says so', async () => {
    const { tokens, api } = openPage()
    const answer = new Response(null, { status: 302, headers: { location: '/' } })
    api.answer(() => answer)
    expect(await tokens.fetch(TASKS, { redirect: 'manual' })).toBe(answer)
    await tokens.fetch(TASKS, { redirect: 'follow' })
    expect(api.requests.map(({ redirect }) => redirect)).toEqual(['manual', 'follow'])
  })

  it('passes a 304 on', async () => {
    const { tokens, api } = openPage()
    api.answer(() => new Response(null, { status: 304 }))
    expect((await tokens.fetch(TASKS)).status).toBe(304)
  })

  it('never brings the token to another server over real HTTP, followed or not', async () => {
    const evil = await serve((request, response) => {
      response.end(String(request.headers.authorization))
    })
    const honest = await serve((_, response) => {
      response.writeHead(307, { location: evil.origin }).end()
    })
    const { tokens } = openPage({ origins: [honest.origin], fetch })
    await expect(tokens.fetch(honest.origin)).rejects.toThrow(/The API redirects/)
    expect(evil.requests).toBe(0)
    const followed = await tokens.fetch(honest.origin, { redirect: 'follow' })
    expect(await followed.text()).toBe('undefined')
    await Promise.all([evil.close(), honest.close()])
  })
})

describe('401', () => {
  it('is tried once more with a fresh token when the token is at fault', async () => {
    const { tokens, api, issuer } = openPage()
    api.answer(() => (api.requests.length === 1 ? unauthorized() : Response.json('fine')))
    const response = await tokens.fetch(TASKS, { method: 'POST', body: '{"title":"Milk"}' })
    expect(await response.json()).toBe('fine')
    expect(new Set(api.tokens).size).toBe(2)
    expect(await Promise.all(api.requests.map((request) => request.text()))).toEqual([
      '{"title":"Milk"}',
      '{"title":"Milk"}',
    ])
    expect(issuer.asked).toBe(2)
  })

  it('is tried once more, and no more', async () => {
    const { tokens, api, issuer } = openPage()
    api.answer(() => unauthorized())
    expect((await tokens.fetch(TASKS)).status).toBe(401)
    expect(api.requests).toHaveLength(2)
    expect(issuer.asked).toBe(2)
  })

  it.each([
    ['no challenge', new Response(null, { status: 401 })],
    ['a challenge without an error', unauthorized('Bearer realm="tasks"')],
    ['another error', unauthorized('Bearer error="insufficient_scope"')],
    ['the error as a description', unauthorized('Bearer error_description="invalid_token"')],
    ['another parameter that ends so', unauthorized('Bearer x-error="invalid_token"')],
  ])('is the answer when the token is not at fault: %s', async (_, answer) => {
    const { tokens, api } = openPage()
    api.answer(() => answer)
    expect(await tokens.fetch(TASKS)).toBe(answer)
    expect(api.requests).toHaveLength(1)
  })

  it.each([
    'Bearer realm="tasks", error="invalid_token", error_description="The token has expired."',
    'Basic realm="x", Bearer error="invalid_token"',
    'bearer ERROR="INVALID_TOKEN"',
    'Bearer error=invalid_token',
  ])('reads the challenge %s', async (challenge) => {
    const { tokens, api } = openPage()
    api.answer(() => (api.requests.length === 1 ? unauthorized(challenge) : new Response()))
    expect((await tokens.fetch(TASKS)).status).toBe(200)
  })

  it('never happens on a 403, whatever the challenge', async () => {
    const { tokens, api, issuer } = openPage()
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
    api.answer(() => new Response(null, { status: 403, headers }))
    expect((await tokens.fetch(TASKS)).status).toBe(403)
    expect(api.requests).toHaveLength(1)
    expect(issuer.asked).toBe(1)
  })

  it('of twenty requests at once costs one fresh token', async () => {
    const { tokens, api, issuer } = openPage()
    const old = await tokens.getToken()
    api.answer((request) =>
      request.headers.get('authorization') === `Bearer ${old}` ? unauthorized() : new Response(),
    )
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.fetch(TASKS)))
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(issuer.asked).toBe(2)
  })

  it('that arrives late uses the token that was fetched meanwhile', async () => {
    const { tokens, api, issuer } = openPage()
    let refuse = (_: Response) => {}
    api.answer(() =>
      api.requests.length === 1
        ? new Promise<Response>((resolve) => {
            refuse = resolve
          })
        : new Response(),
    )
    const late = tokens.fetch(TASKS)
    await settle()
    const fresh = await tokens.getToken({ fresh: true })
    refuse(unauthorized())
    await late
    expect(api.tokens[1]).toBe(fresh)
    expect(issuer.asked).toBe(2)
  })

  it('is not tried again with the very token that was refused', async () => {
    const { tokens, api, issuer } = openPage()
    const token = issuer.mint()
    issuer.answer(() => token)
    await tokens.getToken()
    issuer.answer(() => issuer.mint({ age: 60_000 }))
    api.answer(() => unauthorized())
    expect((await tokens.fetch(TASKS)).status).toBe(401)
    expect(api.tokens).toEqual([token])
  })

  it('is "cannot reach", not "signed out", when the issuer cannot be asked', async () => {
    const { tokens, api, issuer, events } = openPage()
    await tokens.getToken()
    issuer.answer(() => ({ error: { status: 403 } }))
    api.answer(() => unauthorized())
    await expect(tokens.fetch(TASKS)).rejects.toBeInstanceOf(TokenUnavailableError)
    expect(events).toEqual(['refreshed: 900000', 'unavailable: token_refused'])
  })

  it('is "signed out" when the issuer says so', async () => {
    const { tokens, api, issuer, events } = openPage()
    await tokens.getToken()
    issuer.answer(() => ({ error: { status: 401 } }))
    api.answer(() => unauthorized())
    await expect(tokens.fetch(TASKS)).rejects.toBeInstanceOf(SignedOutError)
    expect(events).toEqual(['refreshed: 900000', 'signed-out: refused'])
  })

  it("ends with the caller's abort, also while the fresh token is on its way", async () => {
    const { tokens, api, issuer } = openPage()
    await tokens.getToken()
    issuer.hold()
    api.answer(() => unauthorized())
    const abort = new AbortController()
    const response = tokens.fetch(TASKS, { signal: abort.signal })
    expect(await outcomeOf(response)).toBe('still waiting')
    abort.abort()
    expect(await outcomeOf(response)).toMatchObject({ name: 'AbortError' })
  })

  it('lets go of the answer that it does not hand on', async () => {
    const { tokens, api } = openPage()
    const cancel = vi.fn()
    const refusal = unauthorized()
    Object.defineProperty(refusal, 'body', { value: new ReadableStream({ cancel }) })
    api.answer(() => (api.requests.length === 1 ? refusal : new Response()))
    await tokens.fetch(TASKS)
    expect(cancel).toHaveBeenCalledTimes(1)
  })

  it("does not send one person's request with the token of the next", async () => {
    const { tokens, api, issuer } = openPage()
    api.answer(() => {
      tokens.clear()
      issuer.answer(() => issuer.mint({ sub: 'bob' }))
      return unauthorized()
    })
    const response = await tokens.fetch(TASKS, { method: 'POST', body: "Alice's diary" })
    expect(response.status).toBe(401)
    expect(api.requests).toHaveLength(1)
    expect(issuer.asked).toBe(1)
  })

  it('does not do so either when nobody told the client about the change', async () => {
    const { tokens, api, issuer } = openPage()
    await tokens.getToken()
    issuer.answer(() => issuer.mint({ sub: 'bob' }))
    api.answer(() => unauthorized())
    const sent = tokens.fetch(TASKS, { method: 'POST', body: "Alice's diary" })
    await expect(sent).rejects.toMatchObject({ code: 'signed_out', reason: 'replaced' })
    expect(api.requests).toHaveLength(1)
  })
})

describe('503', () => {
  it.each([
    ['seconds', '7', 7_000],
    ['a date', new Date(1_800_000_009_000).toUTCString(), 9_000],
    ['no time at all', '0', 1_000],
    ['a date that has passed', new Date(1_700_000_000_000).toUTCString(), 1_000],
  ])('is waited for as Retry-After says: %s', async (_, retryAfter, delay) => {
    const { tokens, api, clock } = openPage()
    api.answer(() => (api.requests.length === 1 ? unavailable(retryAfter) : new Response()))
    const response = tokens.fetch(TASKS, { method: 'PUT', body: 'again' })
    await clock.advance(delay - 1)
    expect(api.requests).toHaveLength(1)
    await clock.advance(1)
    expect((await response).status).toBe(200)
    expect(await api.requests[1]?.text()).toBe('again')
  })

  it.each([
    ['does not say when to come back', undefined],
    ['says it in words', 'soon'],
    ['says minutes', '120'],
  ])('is the answer when it %s', async (_, retryAfter) => {
    const { tokens, api } = openPage()
    api.answer(() => unavailable(retryAfter))
    expect((await tokens.fetch(TASKS)).status).toBe(503)
    expect(api.requests).toHaveLength(1)
  })

  it('is waited for 30 seconds at most, in all', async () => {
    const { tokens, api, clock } = openPage()
    api.answer(() => unavailable('12'))
    const response = tokens.fetch(TASKS)
    await clock.advance(24_000)
    expect((await response).status).toBe(503)
    expect(api.requests).toHaveLength(3)
  })

  it('of another status is passed on, Retry-After or not', async () => {
    const { tokens, api } = openPage()
    api.answer(() => new Response(null, { status: 429, headers: { 'retry-after': '1' } }))
    expect((await tokens.fetch(TASKS)).status).toBe(429)
  })

  it("ends with the caller's abort, and leaves no timer", async () => {
    const { tokens, api, clock } = openPage()
    api.answer(() => unavailable('10'))
    await tokens.getToken()
    const timers = clock.timers
    const abort = new AbortController()
    const response = tokens.fetch(TASKS, { signal: abort.signal })
    await clock.advance(1_000)
    abort.abort()
    expect(await outcomeOf(response)).toMatchObject({ name: 'AbortError' })
    expect(clock.timers).toBe(timers)
    await clock.advance(30_000)
    expect(api.requests).toHaveLength(1)
  })

  it("ends with the abort of a Request's own signal", async () => {
    const { tokens, api, clock } = openPage()
    api.answer(() => unavailable('10'))
    const abort = new AbortController()
    const response = tokens.fetch(new Request(TASKS, { signal: abort.signal }))
    await clock.advance(1_000)
    abort.abort()
    expect(await outcomeOf(response)).toMatchObject({ name: 'AbortError' })
  })

  it('is sent again with the token of then', async () => {
    const { tokens, api, clock, issuer } = openPage()
    issuer.answer(() => issuer.mint({ lifetime: 5_000 }))
    api.answer(() => (api.requests.length === 1 ? unavailable('20') : new Response()))
    const response = tokens.fetch(TASKS)
    await clock.advance(20_000)
    expect((await response).status).toBe(200)
    expect(api.tokens[1]).not.toBe(api.tokens[0])
  })

  it('may be followed by one replay after invalid_token', async () => {
    const { tokens, api, clock } = openPage()
    const answers = [unavailable('1'), unauthorized(), unavailable('1'), new Response()]
    api.answer(() => answers[api.requests.length - 1] as Response)
    const response = tokens.fetch(TASKS)
    await clock.advance(2_000)
    expect((await response).status).toBe(200)
    expect(api.requests).toHaveLength(4)
  })

  it('is not sent again once the person has changed', async () => {
    const { tokens, api, clock, issuer } = openPage()
    api.answer(() => unavailable('5'))
    const response = tokens.fetch(TASKS, { method: 'POST', body: "Alice's diary" })
    await clock.advance(1_000)
    tokens.clear()
    issuer.answer(() => issuer.mint({ sub: 'bob' }))
    await clock.advance(30_000)
    expect((await response).status).toBe(503)
    expect(api.requests).toHaveLength(1)
  })
})

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

async function serve(listener: RequestListener) {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    get requests() {
      return requests
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
