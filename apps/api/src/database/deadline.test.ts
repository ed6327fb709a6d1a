import { afterEach, expect, it, vi } from 'vitest'
import { withDeadline } from './deadline.js'

afterEach(() => {
  vi.useRealTimers()
})

it('a database that hangs is given up in less than three seconds, and what comes later is of no consequence', async () => {
  vi.useFakeTimers()
  let fail: (error: Error) => void = () => {}
  const work = new Promise<never>((_, reject) => {
    fail = reject
  })
  const answer = expect(withDeadline(work)).rejects.toMatchObject({ code: 'database_unavailable' })
  await vi.advanceTimersByTimeAsync(2900)
  await answer
  fail(new Error('the connection ends at last'))
  await expect(withDeadline(Promise.resolve('in time'))).resolves.toBe('in time')
  expect(vi.getTimerCount()).toBe(0)
})
