import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage } from './_page.js'

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
