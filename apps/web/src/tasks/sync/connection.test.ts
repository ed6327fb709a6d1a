import { describe, expect, it, vi } from 'vitest'
import { createTestClock, settle } from './_task.js'
import { RefusedError, UnavailableError } from './failures.js'
import { createLink, type LinkState } from './link.js'

class NobodyError extends Error {}
class NoTokenError extends Error {}

function setUp({ online = true } = {}) {
  const clock = createTestClock()
  const browser = { online }
  const link = createLink({
    isOnline: () => browser.online,
    isSignedOut: (error) => error instanceof NobodyError,
    isTokenUnavailable: (error) => error instanceof NoTokenError,
    now: clock.now,
    after: clock.after,
  })
  const states: LinkState['kind'][] = []
  link.subscribe(() => states.push(link.state().kind))
  return { clock, browser, link, states }
}

/** Fails as told, one failure for each call, then answers. */
function failing(...failures: readonly unknown[]) {
  const left = [...failures]
  return vi.fn(async () => {
    if (left.length > 0) throw left.shift()
    return 'answer'
  })
}

const down = (retryAfter: number | null = null) => new UnavailableError('unreachable', retryAfter)

describe('createLink', () => {
  it('passes an answer on and stays up', async () => {
    const { link, states } = setUp()
    await expect(link.run(failing())).resolves.toBe('answer')
    expect(states).toEqual([])
  })

  it('passes a refusal on at once', async () => {
    const { link } = setUp()
    const attempt = failing(new RefusedError(422, 'validation_failed'))
    await expect(link.run(attempt)).rejects.toMatchObject({ status: 422 })
    expect(attempt).toHaveBeenCalledTimes(1)
    expect(link.state()).toEqual({ kind: 'up' })
  })

  it('passes on what it does not know instead of repeating it', async () => {
    const { link } = setUp()
    await expect(link.run(failing(new RangeError('a mistake of ours')))).rejects.toThrow(RangeError)
  })

  it('waits as long as the API asks, then tries again', async () => {
    const { clock, link } = setUp()
    const attempt = failing(down(7))
    const answer = link.run(attempt)
    await settle()
    expect(link.state()).toEqual({ kind: 'waiting', reason: 'unreachable', retryAt: 7000 })
    await clock.advance(6999)
    expect(attempt).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    await expect(answer).resolves.toBe('answer')
    expect(link.state()).toEqual({ kind: 'up' })
  })

  it('waits longer with each failure, up to half a minute', async () => {
    const { clock, link } = setUp()
    const answer = link.run(failing(...Array.from({ length: 8 }, () => down())))
    const waits: number[] = []
    for (let turn = 0; turn < 8; turn += 1) {
      await settle()
      const state = link.state()
      if (state.kind !== 'waiting') throw new Error('expected to wait')
      waits.push(state.retryAt - clock.now())
      await clock.advance(state.retryAt - clock.now())
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000])
    await expect(answer).resolves.toBe('answer')
  })

  it('says that it waits until there is an answer, not until it tries', async () => {
    const { clock, link, states } = setUp()
    let answer = (_: string) => {}
    const attempt = failing(down())
    void link.run(attempt)
    await settle()
    attempt.mockImplementation(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    await clock.advance(1000)
    expect(attempt).toHaveBeenCalledTimes(2)
    expect(link.state().kind).toBe('waiting')
    answer('answer')
    await settle()
    expect(states).toEqual(['waiting', 'up'])
  })

  it('makes everybody wait for the same moment, and counts one failure', async () => {
    const { clock, link } = setUp()
    const attempts = [failing(down()), failing(down()), failing(down())]
    const answers = Promise.all(attempts.map((attempt) => link.run(attempt)))
    await settle()
    expect(link.state()).toMatchObject({ retryAt: 1000 })
    const late = failing()
    const lateAnswer = link.run(late)
    await settle()
    expect(late).not.toHaveBeenCalled()
    await clock.advance(1000)
    await expect(answers).resolves.toEqual(['answer', 'answer', 'answer'])
    await expect(lateAnswer).resolves.toBe('answer')
  })

  it('ends a wait when asked to', async () => {
    const { link } = setUp()
    const answer = link.run(failing(down(600)))
    await settle()
    link.retry()
    await expect(answer).resolves.toBe('answer')
  })

  it('waits without end while offline, and goes on when back', async () => {
    const { clock, browser, link } = setUp()
    browser.online = false
    const attempt = failing(down())
    const answer = link.run(attempt)
    await settle()
    expect(link.state()).toEqual({ kind: 'offline' })
    await clock.advance(3_600_000)
    link.retry()
    await settle()
    expect(attempt).toHaveBeenCalledTimes(1)
    browser.online = true
    link.setOnline(true)
    await expect(answer).resolves.toBe('answer')
    expect(link.state()).toEqual({ kind: 'up' })
  })

  it('starts offline where the browser says so', async () => {
    const { link } = setUp({ online: false })
    const attempt = failing()
    void link.run(attempt)
    await settle()
    expect(link.state()).toEqual({ kind: 'offline' })
    expect(attempt).not.toHaveBeenCalled()
  })

  it('takes a missing token for an outage, never for a sign-out (FR-008)', async () => {
    const { clock, link } = setUp()
    const answer = link.run(failing(new NoTokenError()))
    await settle()
    expect(link.state().kind).toBe('waiting')
    await clock.advance(1000)
    await expect(answer).resolves.toBe('answer')
  })

  it('keeps what was sent after the session ended until somebody signs in', async () => {
    const { clock, link } = setUp()
    const attempt = failing(new NobodyError())
    const answer = link.run(attempt)
    await settle()
    expect(link.state()).toEqual({ kind: 'signed-out' })
    await clock.advance(3_600_000)
    link.retry()
    link.setOnline(false)
    link.setOnline(true)
    await settle()
    expect(attempt).toHaveBeenCalledTimes(1)
    link.signedIn()
    await expect(answer).resolves.toBe('answer')
  })

  it('does not take a late answer for a sign-in', async () => {
    const { link } = setUp()
    let answer = (_: string) => {}
    const early = link.run(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve
        }),
    )
    await settle()
    link.signedOut()
    answer('answer')
    await expect(early).resolves.toBe('answer')
    expect(link.state()).toEqual({ kind: 'signed-out' })
  })

  it('lets one caller leave without disturbing the others', async () => {
    const { clock, link } = setUp()
    const leave = new AbortController()
    const left = link.run(failing(down()), leave.signal)
    const stays = link.run(failing(down()))
    await settle()
    leave.abort(new DOMException('gone', 'AbortError'))
    await expect(left).rejects.toMatchObject({ name: 'AbortError' })
    await clock.advance(1000)
    await expect(stays).resolves.toBe('answer')
  })
})
