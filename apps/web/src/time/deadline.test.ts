import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DeadlineError, inTime } from './deadline.js'

describe('inTime', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives what came in time, a failure as well, and leaves no timer', async () => {
    await expect(inTime(Promise.resolve('answer'), 1_000)).resolves.toBe('answer')
    await expect(inTime(Promise.reject(new RangeError('no')), 1_000)).rejects.toThrow(RangeError)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives up when nothing comes', async () => {
    const waits = expect(inTime(new Promise(() => {}), 8_000)).rejects.toThrow(DeadlineError)
    await vi.advanceTimersByTimeAsync(8_000)
    await waits
  })
})
