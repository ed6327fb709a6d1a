import { afterEach, describe, expect, it, vi } from 'vitest'
import { openPage, outcomeOf, settle } from './_page.js'
import { SignedOutError, TokenUnavailableError } from './token-client.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

afterEach(() => vi.unstubAllGlobals())

describe('out of reach is not signed out', () => {
  const failures = [
    [
      'a network failure',
      () => Promise.reject(new TypeError('Failed to fetch')),
      'token_unreachable',
    ],
    ['a 500', () => ({ data: null, error: { status: 500 } }), 'token_unreachable'],
    ['a 503', () => ({ data: null, error: { status: 503 } }), 'token_unreachable'],
    [
      'a thrown 502',
      () => Promise.reject(Object.assign(new Error(), { status: 502 })),
      'token_unreachable',
    ],
    ['a 403', () => ({ data: null, error: { status: 403 } }), 'token_refused'],
    ['a 429', () => ({ data: null, error: { status: 429 } }), 'token_refused'],
    ['an error without a status', () => ({ data: null, error: {} }), 'token_unreachable'],
    ['null', () => null, 'token_unreadable'],
    ['no data', () => ({ data: null, error: null }), 'token_unreadable'],
    ['an opaque session token', () => 'q7JzVxkEJxrGrkTpTRqOUy8YbBeVqrQi', 'token_unreadable'],
  ] as const

  it.each(failures)('keeps the session and a good token through %s', async (_, fail, code) => {
    const { tokens, issuer, clock, events } = openPage()
    const token = await tokens.getToken()
    await clock.advance(14 * MINUTE + 10_000)
    issuer.answer(fail as () => never)
    expect(await tokens.getToken()).toBe(token)
    await clock.advance(30_000)
    expect(await tokens.getToken()).toBe(token)
    await clock.advance(5_000)
    expect(events.slice(1).every((event) => event === `unavailable: ${code}`)).toBe(true)
    expect(events.length).toBeGreaterThan(1)
    issuer.answer()
    await clock.advance(10_000)
    expect(await tokens.getToken()).not.toBe(token)
  })

  it.each(failures)(
    'says that no token could be had after %s, and gets one later',
    async (_, fail, code) => {
      const { tokens, issuer, clock, events } = openPage()
      issuer.answer(fail as () => never)
      const waiting = outcomeOf(tokens.getToken()).then(() => tokens.getToken())
      waiting.catch(() => {})
      await clock.advance(5_000)
      await expect(waiting).rejects.toBeInstanceOf(TokenUnavailableError)
      await expect(waiting).rejects.toMatchObject({ code })
      expect(events.every((event) => event === `unavailable: ${code}`)).toBe(true)
      issuer.answer()
      expect(await tokens.getToken()).toMatch(/\./)
    },
  )

  it('rides out a hiccup: tries three times within two seconds', async () => {
    const { tokens, issuer, clock, events } = openPage()
    issuer.answer(() => {
      if (issuer.asked < 3) throw new TypeError('Failed to fetch')
      return issuer.mint()
    })
    const waiting = tokens.getToken()
    await clock.advance(2_000)
    expect(await waiting).toMatch(/\./)
    expect(issuer.asked).toBe(3)
    expect(events).toEqual(['refreshed: 900000'])
  })

  it.each([
    ['a rate limit', { data: null, error: { status: 429 } }],
    ['a path that does not exist', { data: null, error: { status: 404 } }],
  ])('does not insist on %s', async (_, answer) => {
    const { tokens, issuer } = openPage()
    issuer.answer(() => answer)
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'token_refused' })
    expect(issuer.asked).toBe(1)
  })

  it('tries again in the background every ten seconds until the token ends, and then leaves it to callers', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await tokens.getToken()
    issuer.answer(() => ({ error: { status: 404 } }))
    await clock.advance(14 * MINUTE + 9_999)
    expect(issuer.asked).toBe(2)
    await clock.advance(1)
    expect(issuer.asked).toBe(3)
    await clock.advance(HOUR)
    expect(issuer.asked).toBe(8)
    expect(clock.timers).toBe(0)
  })

  it('is as watchful as ever once the trouble is over', async () => {
    const { tokens, issuer, clock, show } = openPage()
    await tokens.getToken()
    issuer.answer(() => ({ error: { status: 404 } }))
    await tokens.getToken({ fresh: true }).catch(() => {})
    issuer.answer()
    await tokens.getToken({ fresh: true })
    clock.sleep(HOUR)
    show()
    await settle()
    expect(issuer.asked).toBe(4)
  })

  it("lets a caller's abort count also where a token that is about to end could be had", async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await clock.advance(15 * MINUTE - 2_000)
    issuer.hold()
    const abort = new AbortController()
    const waiting = tokens.getToken({ signal: abort.signal })
    expect(await outcomeOf(waiting)).toBe('still waiting')
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('gives up on an issuer that hangs, tells it so, and can ask again', async () => {
    const { tokens, issuer, clock } = openPage({ timeout: 3_000 })
    let signal: AbortSignal | undefined
    issuer.answer((request) => {
      signal = request.signal
      return new Promise(() => {})
    })
    const waiting = tokens.getToken()
    waiting.catch(() => {})
    await clock.advance(2_999)
    expect(await outcomeOf(waiting)).toBe('still waiting')
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    await expect(waiting).rejects.toMatchObject({ code: 'token_unreachable' })
    expect(signal?.aborted).toBe(true)
    issuer.answer()
    expect(await tokens.getToken()).toMatch(/\./)
  })

  it('does not fetch for every caller while the issuer is away and the token is good', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await clock.advance(14 * MINUTE + 1_000)
    issuer.answer(() => ({ error: { status: 503 } }))
    for (let call = 0; call < 100; call += 1) {
      await tokens.getToken()
      await clock.advance(100)
    }
    expect(issuer.asked).toBe(1 + 3)
  })

  it('keeps the held token when a fresh one that was asked for cannot be had', async () => {
    const { tokens, issuer } = openPage()
    const token = await tokens.getToken()
    issuer.answer(() => ({ error: { status: 403 } }))
    await expect(tokens.getToken({ fresh: true })).rejects.toBeInstanceOf(TokenUnavailableError)
    expect(await tokens.getToken()).toBe(token)
  })

  it('keeps the cause, and no message holds a token', async () => {
    const { tokens, issuer } = openPage()
    const cause = { status: 403, message: 'Invalid origin' }
    issuer.answer(() => ({ error: cause }))
    const error = await outcomeOf(tokens.getToken())
    expect(error).toMatchObject({ cause, message: 'No token could be had: token_refused.' })
    const broken = issuer.mint().replace(/\..*\./, '.eyJzdWIiOiJhbGljZSIsIg.')
    issuer.answer(() => broken)
    const unreadable = (await outcomeOf(tokens.getToken())) as Error
    expect(unreadable).toMatchObject({ code: 'token_unreadable' })
    expect(unreadable.cause).toBeUndefined()
  })
})

describe("the issuer's 401", () => {
  it.each([
    ['as authClient.token() gives it', () => ({ data: null, error: { status: 401 } })],
    ['thrown', () => Promise.reject(Object.assign(new Error('Unauthorized'), { status: 401 }))],
    ['said by the application', () => Promise.reject(new SignedOutError())],
  ])('ends the session: %s', async (_, answer) => {
    const { tokens, issuer, clock, events } = openPage()
    await tokens.getToken()
    await clock.advance(15 * MINUTE)
    issuer.answer(answer as () => never)
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
    await expect(tokens.getToken()).rejects.toMatchObject({ code: 'signed_out', reason: 'refused' })
    await settle()
    expect(events).toEqual(['refreshed: 900000', 'signed-out: refused'])
  })

  it('drops the token that is held', async () => {
    const { tokens, issuer } = openPage()
    await tokens.getToken()
    issuer.answer(() => ({ error: { status: 401 } }))
    await expect(tokens.getToken({ fresh: true })).rejects.toBeInstanceOf(SignedOutError)
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
  })

  it('is asked for once by all who ask in the same turn', async () => {
    const { tokens, issuer } = openPage()
    issuer.answer(() => ({ error: { status: 401 } }))
    const all = await Promise.allSettled([tokens.getToken(), tokens.getToken(), tokens.getToken()])
    expect(all.map(({ status }) => status)).toEqual(Array(3).fill('rejected'))
    expect(issuer.asked).toBe(1)
  })

  it('is not remembered: the next sign-in needs no word to the client', async () => {
    const { tokens, issuer, events } = openPage()
    issuer.answer(() => ({ error: { status: 401 } }))
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
    issuer.answer()
    expect(await tokens.getToken()).toMatch(/\./)
    issuer.answer(() => ({ error: { status: 401 } }))
    await expect(tokens.getToken({ fresh: true })).rejects.toBeInstanceOf(SignedOutError)
    await settle()
    expect(events).toEqual(['signed-out: refused', 'refreshed: 900000', 'signed-out: refused'])
  })

  it('does not count for somebody who asked after the question was put, and may have signed in since', async () => {
    const { tokens, issuer, events } = openPage()
    const release = issuer.hold()
    const before = tokens.getToken()
    await settle()
    const after = tokens.getToken()
    issuer.answer()
    await release({ error: { status: 401 } })
    expect(await after).toMatch(/\./)
    expect(await before).toBe(await after)
    expect(events).toEqual(['refreshed: 900000'])
  })

  it('counts when the question was put twice', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    const before = tokens.getToken()
    await settle()
    const after = tokens.getToken()
    const answers = [outcomeOf(before), outcomeOf(after)]
    await release({ error: { status: 401 } })
    const later = outcomeOf(tokens.getToken())
    await release({ error: { status: 401 } })
    expect(issuer.asked).toBe(2)
    await Promise.all([...answers, later])
    await expect(before).rejects.toBeInstanceOf(SignedOutError)
    await expect(after).rejects.toBeInstanceOf(SignedOutError)
  })
})
