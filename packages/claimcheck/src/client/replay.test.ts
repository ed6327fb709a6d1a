import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage, outcomeOf, settle, unauthorized, unavailable } from './_page.js'
import { SignedOutError, TokenUnavailableError } from './token-client.js'

const TASKS = `${API}/api/me/tasks`

afterEach(() => vi.unstubAllGlobals())

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

  it('carries the trace that the app gave it both times, and none that it did not', async () => {
    const { tokens, api } = openPage()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    api.answer(() => (api.requests.length === 1 ? unauthorized() : Response.json('fine')))
    await tokens.fetch(TASKS, { headers: { traceparent } })
    await tokens.fetch(TASKS)
    const carried = api.requests.map(({ headers }) => headers.get('traceparent'))
    expect(carried).toEqual([traceparent, traceparent, null])
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
