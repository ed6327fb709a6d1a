import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSessionWatch } from './session-watch.js'

const open = new AbortController().signal

describe('createSessionWatch', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('tells who waits within a second of the end, and nobody else', async () => {
    const living = new Set(['a', 'b'])
    const watch = createSessionWatch({ listLiving: async () => [...living] })
    const ended = watch.untilEnded('a', 10_000, open)
    const stays = watch.untilEnded('b', 10_000, open)
    await vi.advanceTimersByTimeAsync(3_000)
    living.delete('a')
    await vi.advanceTimersByTimeAsync(1_000)
    await expect(ended).resolves.toBe(true)
    await vi.advanceTimersByTimeAsync(6_000)
    await expect(stays).resolves.toBe(false)
  })

  it('asks once a second for all together, and not at all when nobody waits', async () => {
    const listLiving = vi.fn(async (ids: readonly string[]) => ids)
    const watch = createSessionWatch({ listLiving })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(listLiving).not.toHaveBeenCalled()
    const waits = ['a', 'b', 'b', 'c'].map((id) => watch.untilEnded(id, 4_500, open))
    await vi.advanceTimersByTimeAsync(20_000)
    await expect(Promise.all(waits)).resolves.toEqual([false, false, false, false])
    expect(listLiving.mock.calls).toEqual(Array.from({ length: 4 }, () => [['a', 'b', 'c']]))
  })

  it('takes nobody for signed out because the database cannot be asked', async () => {
    const watch = createSessionWatch({ listLiving: () => Promise.reject(new Error('down')) })
    const wait = watch.untilEnded('a', 3_000, open)
    await vi.advanceTimersByTimeAsync(3_000)
    await expect(wait).resolves.toBe(false)
  })

  it('lets go of a page that has gone, and of all when the process stops', async () => {
    const watch = createSessionWatch({ listLiving: async (ids) => ids })
    const leave = new AbortController()
    const gone = watch.untilEnded('a', 10_000, leave.signal)
    leave.abort()
    await expect(gone).resolves.toBe(false)
    const held = watch.untilEnded('a', 10_000, open)
    watch.close()
    await expect(held).resolves.toBe(false)
    await expect(watch.untilEnded('a', 10_000, open)).resolves.toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('answers at once who comes when too many wait', async () => {
    const watch = createSessionWatch({
      listLiving: async (ids) => ids,
      capacity: 3,
      perSession: 2,
    })
    const first = [watch.untilEnded('a', 9_000, open), watch.untilEnded('a', 9_000, open)]
    await expect(watch.untilEnded('a', 9_000, open)).resolves.toBe(false)
    const other = watch.untilEnded('b', 9_000, open)
    await expect(watch.untilEnded('c', 9_000, open)).resolves.toBe(false)
    await vi.advanceTimersByTimeAsync(9_000)
    await expect(Promise.all([...first, other])).resolves.toEqual([false, false, false])
    const again = watch.untilEnded('a', 9_000, open)
    watch.close()
    await expect(again).resolves.toBe(false)
  })
})
