import { afterEach, describe, expect, it, vi } from 'vitest'
import { openPage, outcomeOf, settle } from './_page.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

afterEach(() => vi.unstubAllGlobals())

describe('one flight', () => {
  it('asks once however many ask, and answers them all with the same token', async () => {
    const { tokens, issuer } = openPage()
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.getToken()))
    expect(issuer.asked).toBe(1)
    expect(new Set(all).size).toBe(1)
  })

  it('lets those who ask later join the question that is open', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    const first = tokens.getToken()
    await settle()
    const second = tokens.getToken()
    const token = issuer.mint()
    await release(token)
    expect(await Promise.all([first, second])).toEqual([token, token])
    expect(issuer.asked).toBe(1)
  })

  it('answers from memory as long as the token lives', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = await tokens.getToken()
    await clock.advance(13 * MINUTE)
    expect(await tokens.getToken()).toBe(token)
    expect(issuer.asked).toBe(1)
  })

  it("lets one caller's abort cancel nobody else, nor the question", async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    const impatient = new AbortController()
    const aborted = tokens.getToken({ signal: impatient.signal })
    const patient = tokens.getToken()
    await settle()
    const reason = new Error('changed my mind')
    impatient.abort(reason)
    expect(await outcomeOf(aborted)).toBe(reason)
    expect(await outcomeOf(patient)).toBe('still waiting')
    const token = issuer.mint()
    await release(token)
    expect(await patient).toBe(token)
  })

  it('keeps the token even if everybody who waited for it has left', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    const aborted = tokens.getToken({ signal: AbortSignal.abort() })
    await expect(aborted).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    const token = issuer.mint()
    await release(token)
    expect(await tokens.getToken()).toBe(token)
    expect(issuer.asked).toBe(1)
  })

  it('asks the issuer in any case when a fresh token is wanted', async () => {
    const { tokens, issuer } = openPage()
    const token = await tokens.getToken()
    const fresh = await tokens.getToken({ fresh: true })
    expect(fresh).not.toBe(token)
    expect(await tokens.getToken()).toBe(fresh)
    expect(issuer.asked).toBe(2)
  })
})

describe('renewal', () => {
  it('renews a token that is in use a minute before its end, with nobody waiting', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = await tokens.getToken()
    await clock.advance(5 * MINUTE)
    await tokens.getToken()
    await clock.advance(9 * MINUTE - 1)
    expect(issuer.asked).toBe(1)
    await clock.advance(1)
    expect(issuer.asked).toBe(2)
    expect(await tokens.getToken()).not.toBe(token)
    expect(issuer.asked).toBe(2)
  })

  it('does not keep a session alive from a page that nobody uses', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await clock.advance(24 * HOUR)
    expect(issuer.asked).toBe(1)
    expect(clock.timers).toBe(0)
  })

  it('hands out the token that is held while it fetches the next one', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = await tokens.getToken()
    await clock.advance(14 * MINUTE + 10_000)
    const release = issuer.hold()
    expect(await tokens.getToken()).toBe(token)
    expect(await tokens.getToken()).toBe(token)
    await settle()
    expect(issuer.asked).toBe(2)
    const next = issuer.mint()
    await release(next)
    expect(await tokens.getToken()).toBe(next)
  })

  it('waits for a new token once the held one has ended', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await clock.advance(15 * MINUTE)
    const release = issuer.hold()
    const waiting = tokens.getToken()
    expect(await outcomeOf(waiting)).toBe('still waiting')
    const next = issuer.mint()
    await release(next)
    expect(await waiting).toBe(next)
  })

  it('renews a short token after four fifths of its life', async () => {
    const { tokens, issuer, clock } = openPage()
    issuer.answer(() => issuer.mint({ lifetime: 10_000 }))
    await tokens.getToken()
    await tokens.getToken()
    await clock.advance(7_999)
    expect(issuer.asked).toBe(1)
    await clock.advance(1)
    expect(issuer.asked).toBe(2)
  })

  it('counts the lifetime from the question, so that a slow answer makes no dead token look alive', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = issuer.mint({ lifetime: 20_000 })
    const release = issuer.hold()
    const waiting = tokens.getToken()
    await clock.advance(9_000)
    await release(token)
    expect(await waiting).toBe(token)
    await clock.advance(11_000)
    issuer.answer()
    expect(await tokens.getToken()).not.toBe(token)
  })

  it.each([1, -1])(
    'is not affected by a laptop clock that is off by %i hours, or is put right',
    async (hours) => {
      const { tokens, issuer, clock } = openPage()
      clock.setBy(hours * HOUR)
      const token = await tokens.getToken()
      await clock.advance(13 * MINUTE)
      expect(await tokens.getToken()).toBe(token)
      expect(issuer.asked).toBe(1)
      clock.setBy(-hours * HOUR)
      await tokens.getToken() // one question more at worst, and never a dead token
      await clock.advance(15 * MINUTE)
      issuer.answer(() => issuer.mint())
      const later = await tokens.getToken()
      expect(later).not.toBe(token)
    },
  )

  it('notices that the machine slept, although the monotonic clock stood still', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = await tokens.getToken()
    clock.sleep(8 * HOUR)
    expect(await tokens.getToken()).not.toBe(token)
    expect(issuer.asked).toBe(2)
  })

  it('checks as soon as the page is seen again after a sleep', async () => {
    const { tokens, issuer, clock, show } = openPage()
    await tokens.getToken()
    show()
    await settle()
    expect(issuer.asked).toBe(1)
    clock.sleep(8 * HOUR)
    show()
    await settle()
    expect(issuer.asked).toBe(2)
  })

  it('renews once, not twice, when a timer and a caller meet after a sleep', async () => {
    const { tokens, issuer, clock } = openPage()
    await tokens.getToken()
    await tokens.getToken()
    clock.sleep(8 * HOUR)
    const waiting = tokens.getToken()
    await clock.advance(14 * MINUTE)
    await waiting
    expect(issuer.asked).toBe(2)
  })

  it('lets the fresher token win: an answer that is staler than what is held is dropped', async () => {
    const { tokens, issuer } = openPage()
    const token = await tokens.getToken()
    issuer.answer(() => issuer.mint({ age: 5 * MINUTE }))
    expect(await tokens.getToken({ fresh: true })).toBe(token)
    expect(await tokens.getToken()).toBe(token)
  })

  it('takes a staler token over one that has ended', async () => {
    const { tokens, issuer, clock } = openPage()
    issuer.answer(() => issuer.mint({ lifetime: 10_000 }))
    await tokens.getToken()
    await clock.advance(20_000)
    const staler = issuer.mint({ age: 30_000 })
    issuer.answer(() => staler)
    expect(await tokens.getToken()).toBe(staler)
  })
})

describe('an issuer that sheds a crowd', () => {
  const shed = { data: null, error: { status: 503, retryAfter: 20 } }

  it('is left alone for as long as it asks, whoever wants a token meanwhile', async () => {
    const { tokens, issuer, clock } = openPage()
    issuer.answer(() => shed)
    const outcome = { name: 'TokenUnavailableError', code: 'token_unreachable', retryAfter: 20 }
    expect(await outcomeOf(tokens.getToken())).toMatchObject(outcome)
    await clock.advance(19_000)
    expect(await outcomeOf(tokens.getToken())).toMatchObject(outcome)
    expect(issuer.asked).toBe(1)
    issuer.answer()
    await clock.advance(1_001)
    expect(typeof (await tokens.getToken())).toBe('string')
    expect(issuer.asked).toBe(2)
  })

  it('does not take a good token away, and is asked again in its own time', async () => {
    const { tokens, issuer, clock } = openPage()
    const token = await tokens.getToken()
    issuer.answer(() => shed)
    await clock.advance(14.5 * MINUTE)
    expect(await tokens.getToken()).toBe(token)
    await clock.advance(100)
    const { asked } = issuer
    expect(asked).toBeGreaterThan(1)
    await clock.advance(10_000)
    expect(await tokens.getToken()).toBe(token)
    expect(issuer.asked).toBe(asked)
  })
})
