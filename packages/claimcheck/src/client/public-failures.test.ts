/** What browser token managers got wrong in public. Each case stands here under the name it is known by. */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage, outcomeOf, settle, unauthorized } from './_page.js'
import { createTokenClient, SignedOutError, TokenUnavailableError } from './token-client.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const REFUSED = { data: null, error: { status: 401 } }
const DOWN = { data: null, error: { status: 503 } }

const open: { dispose(): void }[] = []

afterEach(() => {
  for (const tokens of open.splice(0)) tokens.dispose()
  vi.unstubAllGlobals()
})

describe('Supabase auth-js', () => {
  it('lock deadlock: works where navigator.locks never grants anything', async () => {
    const request = vi.fn(() => new Promise(() => {}))
    vi.stubGlobal('navigator', { locks: { request } })
    const { tokens } = openPage()
    expect(await tokens.getToken()).toMatch(/\./)
    tokens.dispose()
    expect(await tokens.getToken()).toMatch(/\./)
    expect(request).not.toHaveBeenCalled()
  })

  it('lock orphaned under Strict Mode: a client disposed in mid-flight holds up nobody', async () => {
    const { tokens, issuer, settings } = openPage()
    issuer.hold()
    const orphan = tokens.getToken()
    await settle()
    tokens.dispose()
    issuer.answer()
    const second = createTokenClient(settings)
    open.push(second)
    expect(await second.getToken()).toMatch(/\./)
    expect(await tokens.getToken()).toMatch(/\./)
    expect(await outcomeOf(orphan)).toBe('still waiting')
  })

  it('re-entry from a callback: a listener may ask for a token, send a request and sign out', async () => {
    const { tokens, api, issuer } = openPage()
    const done = new Promise<void>((resolve) => {
      const stop = tokens.on('refreshed', async () => {
        stop()
        await tokens.getToken({ fresh: true })
        await tokens.fetch(API)
        tokens.clear()
        resolve()
      })
    })
    await tokens.getToken()
    await done
    expect(api.requests).toHaveLength(1)
    expect(issuer.asked).toBe(2)
  })

  it('re-entry from fetchToken: one that asks the client fails in time, and blocks nothing after', async () => {
    const { tokens, issuer, clock } = openPage({ timeout: 1_000 })
    issuer.answer(() => tokens.getToken())
    const waiting = outcomeOf(tokens.getToken())
    await waiting
    const outcome = tokens.getToken().catch((error: unknown) => error)
    await clock.advance(1_000)
    expect(await outcome).toBeInstanceOf(TokenUnavailableError)
    issuer.answer()
    expect(await tokens.getToken()).toMatch(/\./)
  })

  it('trouble near expiry: hundreds of calls around the end of a token all get one that lives', async () => {
    const { tokens, issuer, clock, api } = openPage()
    issuer.answer(() => issuer.mint({ lifetime: 10_000 }))
    api.answer((request) => {
      const token = String(request.headers.get('authorization')).replace('Bearer ', '')
      const { exp } = JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString())
      return 1_900_000_000 + clock.now() / 1000 < exp ? new Response() : unauthorized()
    })
    for (let call = 0; call < 300; call += 1) {
      expect((await tokens.fetch(API)).status).toBe(200)
      await clock.advance(97)
    }
    expect(api.requests).toHaveLength(300)
    expect(issuer.asked).toBeLessThan(6)
  })

  it('sign-out during refresh: the result of the refresh is discarded', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await clock.advance(14 * MINUTE)
    const release = issuer.hold()
    await tokens.getToken()
    await settle()
    tokens.clear()
    await release(issuer.mint())
    issuer.answer(() => REFUSED)
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
  })

  it('proactive refresh failing: the session stays, and the token until its end', async () => {
    const { tokens, issuer, clock, events } = openPage()
    const token = await tokens.getToken()
    await tokens.getToken()
    issuer.answer(() => DOWN)
    await clock.advance(14 * MINUTE + 45_000)
    expect(await tokens.getToken()).toBe(token)
    expect(events.filter((event) => event.startsWith('signed-out'))).toEqual([])
    expect(events).toContain('unavailable: token_unreachable')
  })
})

describe('Auth0', () => {
  it('concurrent refreshes: calls that find the token at its end share one question', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await clock.advance(16 * MINUTE)
    await Promise.all(Array.from({ length: 30 }, () => tokens.getToken()))
    expect(issuer.asked).toBe(2)
  })

  it('instant time-outs: a lifetime longer than a timer can hold causes no storm', async () => {
    vi.useFakeTimers()
    const { issuer, settings } = openPage()
    const { clock: _, ...withSystemClock } = settings
    const tokens = createTokenClient(withSystemClock)
    open.push(tokens)
    issuer.answer(() => issuer.mint({ lifetime: 60 * 24 * HOUR }))
    await tokens.getToken()
    await tokens.getToken()
    await vi.advanceTimersByTimeAsync(24 * HOUR)
    expect(issuer.asked).toBe(1)
    await vi.advanceTimersByTimeAsync(60 * 24 * HOUR)
    expect(issuer.asked).toBe(2)
    vi.useRealTimers()
  })

  it('race between lock and cache: a token that arrived while a caller was on its way is used', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    const first = tokens.getToken()
    await settle()
    const token = issuer.mint()
    const released = release(token)
    const second = tokens.getToken()
    await released
    expect(await Promise.all([first, second, tokens.getToken()])).toEqual([token, token, token])
    expect(issuer.asked).toBe(1)
  })
})

describe('Clerk', () => {
  it('background tab: a refresh that fails while hidden leads to no 401 once the page is seen again', async () => {
    const { tokens, issuer, clock, api, show, events } = openPage()
    await tokens.getToken()
    await tokens.getToken()
    issuer.answer(() => Promise.reject(new TypeError('Failed to fetch')))
    await clock.advance(20 * MINUTE)
    issuer.answer()
    show()
    expect((await tokens.fetch(API)).status).toBe(200)
    expect(api.requests).toHaveLength(1)
    expect(events.filter((event) => event.startsWith('signed-out'))).toEqual([])
  })

  it('null right after sign-in: getToken never answers null, and null never signs anybody out', async () => {
    const { tokens, issuer, events } = openPage()
    issuer.answer(() => null)
    await expect(tokens.getToken()).rejects.toBeInstanceOf(TokenUnavailableError)
    issuer.answer()
    expect(await tokens.getToken()).toMatch(/\./)
    expect(events).toEqual(['unavailable: token_unreadable', 'refreshed: 900000'])
  })

  it('forced refresh: one that fails throws no token away that still works', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = await tokens.getToken()
    issuer.answer(() => DOWN)
    const forced = tokens.getToken({ fresh: true }).catch((error: unknown) => error)
    await clock.advance(3_000)
    expect(await forced).toBeInstanceOf(TokenUnavailableError)
    expect(await tokens.getToken()).toBe(token)
  })

  it('staler token: one from a cache in between does not overwrite a fresher one', async () => {
    const { tokens, issuer, clock } = openPage()
    const stale = issuer.mint()
    await clock.advance(5 * MINUTE)
    const fresh = await tokens.getToken()
    issuer.answer(() => stale)
    await tokens.getToken({ fresh: true })
    expect(await tokens.getToken()).toBe(fresh)
  })

  it('failing postMessage: signing out works all the same', async () => {
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        postMessage() {
          throw new Error('no')
        }
        close() {}
      },
    )
    const { tokens, issuer } = openPage()
    await tokens.getToken()
    expect(() => tokens.clear()).not.toThrow()
    issuer.answer(() => REFUSED)
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
  })
})

describe('Vikunja', () => {
  it('two tabs refreshing at once: nobody is signed out, each tab has its token', async () => {
    const { tokens, settings, issuer, clock, events } = openPage()
    const second = createTokenClient(settings)
    open.push(tokens, second)
    await Promise.all([tokens.getToken(), second.getToken()])
    await clock.advance(16 * MINUTE)
    const both = await Promise.all([tokens.getToken(), second.getToken()])
    expect(new Set(both).size).toBe(2)
    expect(issuer.asked).toBe(4)
    expect(events).toEqual(['refreshed: 900000', 'refreshed: 900000'])
  })

  it('late refresh: an answer that was under way at the sign-out brings nothing back', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    tokens.getToken().catch(() => {})
    await settle()
    tokens.clear()
    await release(issuer.mint())
    issuer.answer(() => REFUSED)
    await expect(tokens.fetch(API)).rejects.toBeInstanceOf(SignedOutError)
  })
})

describe('convex with Better Auth', () => {
  it('deploy 5xx: some seconds of 502 sign no open tab out', async () => {
    const { tokens, issuer, clock, events } = openPage()
    await tokens.getToken()
    await clock.advance(16 * MINUTE)
    issuer.answer(() => ({ data: null, error: { status: 502 } }))
    const during = tokens.fetch(API).catch((error: unknown) => error)
    await clock.advance(8_000)
    expect(await during).toBeInstanceOf(TokenUnavailableError)
    issuer.answer()
    expect((await tokens.fetch(API)).status).toBe(200)
    expect(events.filter((event) => event.startsWith('signed-out'))).toEqual([])
  })

  it('deploy 5xx: a restart of a second is not even noticed', async () => {
    const { tokens, issuer, clock } = openPage()
    issuer.answer(() => (clock.now() < 1_000 ? DOWN : issuer.mint()))
    const during = tokens.fetch(API)
    await clock.advance(2_000)
    expect((await during).status).toBe(200)
  })
})

describe('Firebase', () => {
  it.each([-26, -1, 1, 26])(
    'clocks: a laptop %i hours off refreshes when everybody else does',
    async (hours) => {
      const { tokens, issuer, clock } = openPage()
      clock.setBy(hours * HOUR)
      await tokens.getToken()
      await tokens.getToken()
      await clock.advance(14 * MINUTE - 1)
      expect(issuer.asked).toBe(1)
      await clock.advance(1)
      expect(issuer.asked).toBe(2)
    },
  )
})

describe('WorkOS', () => {
  it.each([
    ['15 minutes', 15 * MINUTE, 14 * MINUTE],
    ['5 minutes', 5 * MINUTE, 4 * MINUTE],
    ['1 minute', MINUTE, 48_000],
    ['10 seconds', 10_000, 8_000],
  ])('margins: a token of %s is renewed ahead of its end', async (_, lifetime, due) => {
    const { tokens, issuer, clock } = openPage()
    issuer.answer(() => issuer.mint({ lifetime }))
    await tokens.getToken()
    await tokens.getToken()
    await clock.advance(due - 1)
    expect(issuer.asked).toBe(1)
    await clock.advance(1)
    expect(issuer.asked).toBe(2)
  })
})
