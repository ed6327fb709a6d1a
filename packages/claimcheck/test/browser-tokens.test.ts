/** Runs the code of docs/browser-tokens.md, with Better Auth's own client and everything behind it replaced. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

type Example = typeof import('./browser-tokens.example.js')

let example: Example
let issuerStatus = 200
let minted = 0
let requests: { url: string; authorization: string | null }[] = []

beforeAll(async () => {
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', Object.assign(new EventTarget(), { baseURI: 'http://localhost:3000/' }))
  vi.stubGlobal('fetch', respond)
  example = await import('./browser-tokens.example.js')
})

beforeEach(() => {
  issuerStatus = 200
  requests = []
  example.tokens.dispose()
})

afterAll(() => {
  example.tokens.dispose()
  vi.unstubAllGlobals()
})

async function respond(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(
    new URL(input instanceof Request ? input.url : input, document.baseURI),
    init,
  )
  requests.push({ url: request.url, authorization: request.headers.get('authorization') })
  const { pathname } = new URL(request.url)
  if (pathname !== '/api/auth/token') return Response.json({ tasks: [] })
  if (issuerStatus !== 200) return Response.json({ message: 'no' }, { status: issuerStatus })
  return Response.json({ token: mint() })
}

function mint(): string {
  minted += 1
  const iat = Math.floor(Date.now() / 1000)
  const claims = { sub: 'alice', iat, exp: iat + 900, jti: minted }
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
}

function countTokens(): number {
  return requests.filter(({ url }) => url.endsWith('/api/auth/token')).length
}

describe('docs/browser-tokens.md', () => {
  it('with authClient.token() as it is: ten requests cost one token', async () => {
    const lists = await Promise.all(Array.from({ length: 10 }, () => example.listTasks()))
    expect(lists[9]).toEqual({ tasks: [] })
    expect(countTokens()).toBe(1)
    const sent = requests.filter(({ url }) => url.startsWith('http://localhost:8000'))
    expect(new Set(sent.map(({ authorization }) => authorization)).size).toBe(1)
    expect(sent[0]?.authorization).toMatch(/^Bearer e30\./)
  })

  it('with authClient.token() alone: ten requests cost ten', async () => {
    await Promise.all(Array.from({ length: 10 }, () => example.listTasksByHand()))
    expect(countTokens()).toBe(10)
  })

  it.each([
    [401, 'You were signed out. Your draft is kept; sign in to save it.'],
    [403, 'The server cannot be reached. You are still signed in.'],
    [503, 'The server cannot be reached. You are still signed in.'],
  ])('tells a %i of the issuer for what it is', async (status, sentence) => {
    issuerStatus = status
    const error = await example.listTasks().catch((thrown: unknown) => thrown)
    expect(example.describeFailure(error)).toBe(sentence)
    await expect(example.listTasksByHand()).rejects.toThrow('who knows')
  })

  it('forgets the token at a sign-out and at a sign-in', async () => {
    await example.listTasks()
    await example.signOut()
    await example.listTasks()
    expect(countTokens()).toBe(2)
    expect(await example.signIn('alice@example.com', 'correct horse')).toBeNull()
    await example.listTasks()
    expect(countTokens()).toBe(3)
  })

  it('tells the page what happened', async () => {
    const notices: string[] = []
    const forgetData = vi.fn()
    const stop = example.watchSession((notice) => notices.push(notice), forgetData)
    await example.listTasks()
    issuerStatus = 403
    await example.tokens.getToken({ fresh: true }).catch(() => {})
    issuerStatus = 401
    await example.tokens.getToken({ fresh: true }).catch(() => {})
    await vi.waitFor(() => expect(notices).toHaveLength(3), 20_000)
    expect(notices).toEqual(['', 'You are offline.', 'You were signed out.'])
    expect(forgetData).toHaveBeenCalledTimes(1)
    stop()
    issuerStatus = 200
    await example.listTasks()
    expect(notices).toHaveLength(3)
  })

  it.each([
    [200, undefined],
    [401, 'SignedOutError'],
    [404, 'TokenUnavailableError'],
  ])('works with a hand-written fetchToken on a %i', async (status, name) => {
    issuerStatus = status
    const outcome = await example.handWritten.getToken().catch((error: Error) => error)
    expect((outcome as Error).name).toBe(name)
    example.handWritten.dispose()
  })
})
