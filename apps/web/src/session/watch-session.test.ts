import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, watchSession } from './watch-session.js'

/** A browser, and a site that holds requests for ten seconds as ours does. */
function setUp({ isVisible = true } = {}) {
  const site: { answer: Answer; isDown: boolean } = { answer: 'ada', isDown: false }
  const state = { isVisible, isVeiled: false }
  const changes: (string | null)[] = []
  let change = () => {}
  let wake = () => {}
  const ask = vi.fn(async (isHeld: boolean, signal: AbortSignal): Promise<Answer> => {
    if (site.isDown) throw new TypeError('Failed to fetch')
    if (!isHeld || site.answer !== 'ada') return site.answer
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 10_000)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      signal.addEventListener('abort', wake)
    })
    return site.answer
  })
  const watch = watchSession({
    userId: 'ada',
    ask,
    onChange: (answer) => changes.push(answer),
    page: {
      isVisible: () => state.isVisible,
      onChange(listener) {
        change = listener
        return () => {
          change = () => {}
        }
      },
      veil: (isVeiled) => {
        state.isVeiled = isVeiled
      },
    },
  })
  return {
    site,
    state,
    changes,
    ask,
    watch,
    end(answer: Answer = null) {
      site.answer = answer
      wake()
    },
    show(visible: boolean) {
      state.isVisible = visible
      change()
    },
  }
}

describe('watchSession', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('says within five seconds that the session of a page in front of somebody has ended', async () => {
    const { changes, end } = setUp()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(changes).toEqual([])
    end()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(changes).toEqual([null])
  })

  it.each([
    ['held', false, 361],
    ['refused', true, 720],
  ])('asks no more than 720 times an hour while requests are %s', async (_, isDown, most) => {
    const { ask, site } = setUp()
    site.isDown = isDown
    await vi.advanceTimersByTimeAsync(3_599_999)
    expect(ask.mock.calls.length).toBeLessThanOrEqual(most)
    expect(ask.mock.calls.length).toBeGreaterThan(300)
  })

  it('asks nothing behind other pages, and once before it shows anything again', async () => {
    const { ask, show, site, state, changes } = setUp()
    show(false)
    ask.mockClear()
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(ask).not.toHaveBeenCalled()
    expect(state.isVeiled).toBe(true)
    site.answer = null
    show(true)
    expect(state.isVeiled).toBe(true)
    await vi.advanceTimersByTimeAsync(0)
    expect(changes).toEqual([null])
    expect(state.isVeiled).toBe(false)
  })

  it('hides nothing from somebody who looks away for a moment', async () => {
    const { show, state } = setUp()
    show(false)
    await vi.advanceTimersByTimeAsync(2_000)
    show(true)
    expect(state.isVeiled).toBe(false)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.isVeiled).toBe(false)
  })

  it('shows the page when nobody answers, and takes nobody for signed out', async () => {
    const { show, site, state, changes, ask } = setUp()
    show(false)
    await vi.advanceTimersByTimeAsync(10_000)
    site.isDown = true
    ask.mockImplementation(() => new Promise(() => {}))
    show(true)
    expect(state.isVeiled).toBe(true)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(state.isVeiled).toBe(false)
    expect(changes).toEqual([])
  })

  it('is not misled by a session that was replaced: the cookie is a new one', async () => {
    const { ask, changes } = setUp()
    await vi.advanceTimersByTimeAsync(5_000)
    ask.mockResolvedValueOnce(null)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(changes).toEqual([])
  })

  it('notices somebody else, and the same person coming back', async () => {
    const { changes, end, site } = setUp()
    end('bob')
    await vi.advanceTimersByTimeAsync(6_000)
    site.answer = null
    await vi.advanceTimersByTimeAsync(10_000)
    site.answer = 'ada'
    await vi.advanceTimersByTimeAsync(10_000)
    expect(changes).toEqual(['bob', null, 'ada'])
  })

  it('notices the end of a session that was begun a moment ago', async () => {
    const { changes, end, site, watch } = setUp()
    end()
    await vi.advanceTimersByTimeAsync(5_000)
    site.answer = 'ada'
    watch.renew()
    await vi.advanceTimersByTimeAsync(100)
    end()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(changes).toEqual([null, null])
  })

  it('hears nothing of what the page itself does to its session, until it asks again', async () => {
    const { changes, end, ask, watch, show } = setUp()
    await vi.advanceTimersByTimeAsync(5_000)
    watch.pause()
    ask.mockClear()
    end()
    show(false)
    show(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(changes).toEqual([])
    expect(ask).not.toHaveBeenCalled()
    watch.renew()
    await vi.advanceTimersByTimeAsync(0)
    expect(changes).toEqual([null])
  })

  it('hides a page that was away once, and not each time that it asks anew', async () => {
    const { watch, show, state, ask } = setUp()
    show(false)
    await vi.advanceTimersByTimeAsync(10_000)
    show(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(state.isVeiled).toBe(false)
    ask.mockImplementation(() => new Promise(() => {}))
    watch.renew()
    expect(state.isVeiled).toBe(false)
  })

  it('leaves nothing behind', async () => {
    const { watch, show } = setUp()
    show(false)
    watch.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
