import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, createDrivenIssuer, openPage, outcomeOf, settle, unauthorized } from './_page.js'
import { createTokenClient, type TokenClient } from './token-client.js'

const open: TokenClient[] = []

afterEach(() => {
  for (const tokens of open.splice(0)) tokens.dispose()
  vi.unstubAllGlobals()
})

function nextSignOut(tokens: TokenClient): Promise<string> {
  return new Promise((resolve) => {
    tokens.on('signed-out', ({ reason }) => resolve(reason))
  })
}

describe('on a server', () => {
  it('asks for every caller anew, and keeps nothing', async () => {
    const { clock, settings } = openPage()
    vi.unstubAllGlobals()
    const issuer = createDrivenIssuer(clock)
    const timers = clock.timers
    const tokens = createTokenClient({ ...settings, fetchToken: issuer.fetchToken })
    const [first, second] = await Promise.all([tokens.getToken(), tokens.getToken()])
    expect(first).not.toBe(second)
    expect(await tokens.getToken()).not.toBe(second)
    expect(issuer.asked).toBe(3)
    expect(clock.timers).toBe(timers)
  })

  it("hands one person's token to nobody else", async () => {
    const { clock, settings, api } = openPage()
    vi.unstubAllGlobals()
    const issuer = createDrivenIssuer(clock)
    const tokens = createTokenClient({ ...settings, fetchToken: issuer.fetchToken })
    const people = ['alice', 'bob', 'carol']
    issuer.answer(() => issuer.mint({ sub: String(people[issuer.asked - 1]) }))
    await Promise.all(people.map(() => tokens.fetch(API)))
    const subjects = api.tokens.map((token) => readSubject(String(token)))
    expect(subjects.sort()).toEqual(people)
  })

  it("keeps the token of one person where it is told so, and forgets it when that person's session ends", async () => {
    const { clock, settings } = openPage()
    vi.unstubAllGlobals()
    const issuer = createDrivenIssuer(clock)
    const tokens = createTokenClient({
      ...settings,
      fetchToken: issuer.fetchToken,
      session: 'one',
    })
    const [first, second] = await Promise.all([tokens.getToken(), tokens.getToken()])
    expect(second).toBe(first)
    expect(await tokens.getToken()).toBe(first)
    expect(issuer.asked).toBe(1)
    tokens.clear()
    expect(await tokens.getToken()).not.toBe(first)
    expect(issuer.asked).toBe(2)
    tokens.dispose()
  })

  it('opens no channel that would keep the process alive', async () => {
    const { clock, settings } = openPage()
    vi.unstubAllGlobals()
    const opened = vi.fn()
    vi.stubGlobal('BroadcastChannel', opened)
    const issuer = createDrivenIssuer(clock)
    const tokens = createTokenClient({ ...settings, fetchToken: issuer.fetchToken })
    tokens.on('signed-out', () => {})
    await tokens.getToken()
    tokens.clear()
    tokens.dispose()
    expect(opened).not.toHaveBeenCalled()
  })
})

describe("under React's Strict Mode", () => {
  it('holds nothing before it is used, for the instance that React throws away', () => {
    const { clock, settings } = openPage()
    const opened = vi.fn()
    vi.stubGlobal('BroadcastChannel', opened)
    const timers = clock.timers
    createTokenClient(settings)
    expect(opened).not.toHaveBeenCalled()
    expect(clock.timers).toBe(timers)
  })

  it('works when it is disposed and used again', async () => {
    const { tokens, settings, issuer } = openPage()
    open.push(tokens)
    await tokens.getToken()
    tokens.dispose()
    const signedOut = nextSignOut(tokens)
    const token = await tokens.getToken()
    expect(await tokens.getToken()).toBe(token)
    expect(issuer.asked).toBe(2)
    const second = createTokenClient(settings)
    open.push(second)
    second.clear()
    expect(await signedOut).toBe('cleared-elsewhere')
  })

  it('answers those who were waiting when it was disposed, and keeps nothing of it', async () => {
    const { tokens, issuer, clock } = openPage()
    const release = issuer.hold()
    const waiting = tokens.getToken()
    await settle()
    tokens.dispose()
    const token = issuer.mint()
    await release(token)
    expect(await waiting).toBe(token)
    expect(clock.timers).toBe(0)
    issuer.answer()
    expect(await tokens.getToken()).not.toBe(token)
  })

  it('keeps nothing for a request that goes on after it was disposed', async () => {
    const { tokens, api, clock, issuer } = openPage()
    api.answer(() => {
      if (api.requests.length > 1) return new Response()
      tokens.dispose()
      return unauthorized()
    })
    expect((await tokens.fetch(API)).status).toBe(200)
    expect(clock.timers).toBe(0)
    await tokens.getToken()
    expect(issuer.asked).toBe(3)
    tokens.dispose()
  })

  it('lets go of timers, listeners and the channel', async () => {
    const close = vi.fn()
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        close = close
      },
    )
    const watch = vi.spyOn(EventTarget.prototype, 'addEventListener')
    const { tokens, issuer, clock, events } = openPage()
    const watched = watch.mock.calls
      .filter(([name]) => name !== 'abort')
      .map(([name, , options]) => [name, options as AddEventListenerOptions] as const)
    watch.mockRestore()
    await tokens.getToken()
    tokens.dispose()
    tokens.dispose()
    expect(watched.map(([name]) => name)).toEqual(['visibilitychange', 'pageshow'])
    expect(watched.every(([, { signal }]) => signal?.aborted)).toBe(true)
    expect(issuer.asked).toBe(1)
    expect(clock.timers).toBe(0)
    expect(close).toHaveBeenCalledTimes(1)
    await tokens.getToken()
    await settle()
    expect(events).toEqual(['refreshed: 900000'])
  })

  it('lets a second instance take over from the first', async () => {
    const { tokens, settings, issuer } = openPage()
    await tokens.getToken()
    tokens.dispose()
    const second = createTokenClient(settings)
    open.push(second)
    expect(await second.getToken()).toMatch(/\./)
    expect(issuer.asked).toBe(2)
  })
})

describe('events', () => {
  it('stop with the function that on gave back', async () => {
    const { tokens, events } = openPage()
    const heard = vi.fn()
    const stop = tokens.on('refreshed', heard)
    stop()
    await tokens.getToken()
    await settle()
    expect(heard).not.toHaveBeenCalled()
    expect(events).toEqual(['refreshed: 900000'])
  })

  it('may ask for a token from within', async () => {
    const { tokens, issuer } = openPage()
    const seen = new Promise((resolve) => {
      tokens.on('refreshed', () => resolve(tokens.getToken()))
    })
    const token = await tokens.getToken()
    expect(await seen).toBe(token)
    expect(issuer.asked).toBe(1)
  })

  it('carry no token', async () => {
    const { tokens, issuer } = openPage()
    const heard: unknown[] = []
    for (const name of ['refreshed', 'unavailable', 'signed-out'] as const) {
      tokens.on(name, (event) => heard.push(event))
    }
    const token = await tokens.getToken()
    issuer.answer(() => ({ error: { status: 404 } }))
    await outcomeOf(tokens.getToken({ fresh: true }))
    tokens.clear()
    await settle()
    expect(heard).toHaveLength(3)
    for (const part of token.split('.')) expect(JSON.stringify(heard)).not.toContain(part)
  })
})

describe('options', () => {
  const fetchToken = async () => null
  it.each([
    ['no fetchToken', { origins: [API] }, /fetchToken/],
    ['no origins', { fetchToken }, /origins/],
    ['an empty list', { fetchToken, origins: [] }, /origins/],
    ['text instead of a list', { fetchToken, origins: API }, /origins/],
    ['a path', { fetchToken, origins: [`${API}/api`] }, /origins/],
    ['a trailing slash', { fetchToken, origins: [`${API}/`] }, /origins/],
    ['a default port', { fetchToken, origins: [`${API}:443`] }, /origins/],
    ['capitals', { fetchToken, origins: ['https://API.example.com'] }, /origins/],
    ['a pattern', { fetchToken, origins: ['*'] }, /origins/],
    ['the opaque origin', { fetchToken, origins: ['null'] }, /origins/],
    ['another scheme', { fetchToken, origins: ['file://'] }, /origins/],
    [
      'an empty variable',
      { fetchToken, origins: [API, undefined] },
      /^origins: number 2 is undefined, so the variable/,
    ],
    ['empty text', { fetchToken, origins: [''] }, /^origins: number 1 is "", so the variable/],
    ['a session of several', { fetchToken, origins: [API], session: 'all' }, /^session: /],
    [
      'a name with a slip in it',
      { fetchToken, origins: [API], timout: 1 },
      /^timout: no such option; did you mean timeout\?$/,
    ],
    [
      'an audience for an origin that is not listed',
      { fetchToken, origins: [API], audiences: { 'https://other.example': 'other' } },
      /^audiences: https:\/\/other\.example is not among origins$/,
    ],
    ['a timeout of nothing', { fetchToken, origins: [API], timeout: 0 }, /timeout/],
    ['a timeout that is no number', { fetchToken, origins: [API], timeout: Number.NaN }, /timeout/],
  ])('are refused at construction: %s', (_, options, message) => {
    expect(() => createTokenClient(options as never)).toThrow(TypeError)
    expect(() => createTokenClient(options as never)).toThrow(message)
  })

  it('cannot be changed afterwards', async () => {
    const origins = [API]
    const { tokens, api } = openPage({ origins })
    origins.push('https://evil.example')
    await tokens.fetch('https://evil.example/')
    expect(api.tokens).toEqual([null])
  })

  it.each([
    ['development', 1],
    ['production', 0],
  ])('in %s: an origin that is not listed is named %i times', async (environment, times) => {
    vi.stubEnv('NODE_ENV', environment)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { tokens } = openPage({ origins: [API] })
    await tokens.fetch('https://other.example/a')
    await tokens.fetch('https://other.example/b')
    expect(warn.mock.calls.flat()).toEqual(
      new Array(times).fill(
        `claimcheck: https://other.example is called without the token, because origins has only ${API}.`,
      ),
    )
    vi.unstubAllEnvs()
    warn.mockRestore()
  })

  it('in production: a name with a slip in it is refused, without advice', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const options = { fetchToken, origins: [API], timout: 1 }
    expect(() => createTokenClient(options)).toThrow(/^timout: no such option$/)
    vi.unstubAllEnvs()
  })

  it('must not be forgotten', () => {
    // @ts-expect-error origins say who is sent the token: there is no default
    expect(() => createTokenClient({ fetchToken })).toThrow(TypeError)
    // @ts-expect-error nothing to ask for a token with
    expect(() => createTokenClient({ origins: [API] })).toThrow(TypeError)
  })
})

function readSubject(token: string): unknown {
  return JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString()).sub
}
