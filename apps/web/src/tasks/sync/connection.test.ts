import { describe, expect, it, vi } from 'vitest'
import { createTestClock, settle } from '../_task.js'
import { RefusedError, UnavailableError } from '../api/failures.js'
import { type ConnectionState, createConnection } from './connection.js'

class NobodyError extends Error {}
class NoTokenError extends Error {}

function setUp({ online = true } = {}) {
  const clock = createTestClock()
  const browser = { online }
  const connection = createConnection({
    isOnline: () => browser.online,
    isSignedOut: (error) => error instanceof NobodyError,
    isTokenUnavailable: (error) => error instanceof NoTokenError,
    now: clock.now,
    after: clock.after,
  })
  const states: ConnectionState['kind'][] = []
  connection.subscribe(() => states.push(connection.state().kind))
  return { clock, browser, connection, states }
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

describe('createConnection', () => {
  it('passes an answer on and stays up', async () => {
    const { connection, states } = setUp()
    await expect(connection.run(failing())).resolves.toBe('answer')
    expect(states).toEqual([])
  })

  it('passes a refusal on at once', async () => {
    const { connection } = setUp()
    const attempt = failing(new RefusedError(422, 'validation_failed'))
    await expect(connection.run(attempt)).rejects.toMatchObject({ status: 422 })
    expect(attempt).toHaveBeenCalledTimes(1)
    expect(connection.state()).toEqual({ kind: 'up' })
  })

  it('passes on what it does not know instead of repeating it', async () => {
    const { connection } = setUp()
    await expect(connection.run(failing(new RangeError('a mistake of ours')))).rejects.toThrow(
      RangeError,
    )
  })

  it('waits as long as the API asks, then tries again', async () => {
    const { clock, connection } = setUp()
    const attempt = failing(down(7))
    const answer = connection.run(attempt)
    await settle()
    expect(connection.state()).toEqual({ kind: 'waiting', reason: 'unreachable', retryAt: 7000 })
    await clock.advance(6999)
    expect(attempt).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    await expect(answer).resolves.toBe('answer')
    expect(connection.state()).toEqual({ kind: 'up' })
  })

  it('waits longer with each failure, up to half a minute', async () => {
    const { clock, connection } = setUp()
    const answer = connection.run(failing(...Array.from({ length: 8 }, () => down())))
    const waits: number[] = []
    for (let turn = 0; turn < 8; turn += 1) {
      await settle()
      const state = connection.state()
      if (state.kind !== 'waiting') throw new Error('expected to wait')
      waits.push(state.retryAt - clock.now())
      await clock.advance(state.retryAt - clock.now())
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000])
    await expect(answer).resolves.toBe('answer')
  })

  it('says that it waits until there is an answer, not until it tries', async () => {
    const { clock, connection, states } = setUp()
    let answer = (_: string) => {}
    const attempt = failing(down())
    void connection.run(attempt)
    await settle()
    attempt.mockImplementation(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    await clock.advance(1000)
    expect(attempt).toHaveBeenCalledTimes(2)
    expect(connection.state().kind).toBe('waiting')
    answer('answer')
    await settle()
    expect(states).toEqual(['waiting', 'up'])
  })

  it('makes everybody wait for the same moment, and counts one failure', async () => {
    const { clock, connection } = setUp()
    const attempts = [failing(down()), failing(down()), failing(down())]
    const answers = Promise.all(attempts.map((attempt) => connection.run(attempt)))
    await settle()
    expect(connection.state()).toMatchObject({ retryAt: 1000 })
    const late = failing()
    const lateAnswer = connection.run(late)
    await settle()
    expect(late).not.toHaveBeenCalled()
    await clock.advance(1000)
    await expect(answers).resolves.toEqual(['answer', 'answer', 'answer'])
    await expect(lateAnswer).resolves.toBe('answer')
  })

  it('ends a wait when asked to', async () => {
    const { connection } = setUp()
    const answer = connection.run(failing(down(600)))
    await settle()
    connection.retry()
    await expect(answer).resolves.toBe('answer')
  })

  it('waits without end while offline, and goes on when back', async () => {
    const { clock, browser, connection } = setUp()
    browser.online = false
    const attempt = failing(down())
    const answer = connection.run(attempt)
    await settle()
    expect(connection.state()).toEqual({ kind: 'offline' })
    await clock.advance(3_600_000)
    connection.retry()
    await settle()
    expect(attempt).toHaveBeenCalledTimes(1)
    browser.online = true
    connection.setOnline(true)
    await expect(answer).resolves.toBe('answer')
    expect(connection.state()).toEqual({ kind: 'up' })
  })

  it('stays offline when an answer comes that was under way before', async () => {
    const { browser, connection, states } = setUp()
    let answer = (_: string) => {}
    const late = connection.run(() => new Promise<string>((resolve) => (answer = resolve)))
    await settle()
    browser.online = false
    connection.setOnline(false)
    answer('late')
    await expect(late).resolves.toBe('late')
    expect(connection.state()).toEqual({ kind: 'offline' })
    browser.online = true
    connection.setOnline(true)
    expect(states).toEqual(['offline', 'up'])
  })

  it('starts offline where the browser says so', async () => {
    const { connection } = setUp({ online: false })
    const attempt = failing()
    void connection.run(attempt)
    await settle()
    expect(connection.state()).toEqual({ kind: 'offline' })
    expect(attempt).not.toHaveBeenCalled()
  })

  it('takes a missing token for an outage, never for a sign-out (FR-008)', async () => {
    const { clock, connection } = setUp()
    const answer = connection.run(failing(new NoTokenError()))
    await settle()
    expect(connection.state().kind).toBe('waiting')
    await clock.advance(1000)
    await expect(answer).resolves.toBe('answer')
  })

  it('keeps what was sent after the session ended until somebody signs in', async () => {
    const { clock, connection } = setUp()
    const attempt = failing(new NobodyError())
    const answer = connection.run(attempt)
    await settle()
    expect(connection.state()).toEqual({ kind: 'signed-out' })
    await clock.advance(3_600_000)
    connection.retry()
    connection.setOnline(false)
    connection.setOnline(true)
    await settle()
    expect(attempt).toHaveBeenCalledTimes(1)
    connection.signedIn()
    await expect(answer).resolves.toBe('answer')
  })

  it('does not take a late answer for a sign-in', async () => {
    const { connection } = setUp()
    let answer = (_: string) => {}
    const early = connection.run(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve
        }),
    )
    await settle()
    connection.signedOut()
    answer('answer')
    await expect(early).resolves.toBe('answer')
    expect(connection.state()).toEqual({ kind: 'signed-out' })
  })

  it('lets one caller leave without disturbing the others', async () => {
    const { clock, connection } = setUp()
    const leave = new AbortController()
    const left = connection.run(failing(down()), leave.signal)
    const stays = connection.run(failing(down()))
    await settle()
    leave.abort(new DOMException('gone', 'AbortError'))
    await expect(left).rejects.toMatchObject({ name: 'AbortError' })
    await clock.advance(1000)
    await expect(stays).resolves.toBe('answer')
  })
})
