import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createSearchTurns } from './search-turns.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** A search that takes so many milliseconds. */
const last = (milliseconds: number) => () =>
  new Promise<string>((resolve) => setTimeout(() => resolve('found'), milliseconds))

it('a person rests twice as long as a search took, and somebody else does not wait for that', async () => {
  const { run } = createSearchTurns()
  const answered: string[] = []
  const search = (person: string) => run(person, last(100)).then(() => answered.push(person))
  void search('mallory')
  void search('mallory')
  await vi.advanceTimersByTimeAsync(100)
  expect(answered).toEqual(['mallory'])
  void search('ada')
  await vi.advanceTimersByTimeAsync(100)
  expect(answered).toEqual(['mallory', 'ada'])
  await vi.advanceTimersByTimeAsync(199)
  expect(answered).toEqual(['mallory', 'ada'])
  await vi.advanceTimersByTimeAsync(1)
  expect(answered).toEqual(['mallory', 'ada', 'mallory'])
})

it('beyond four that wait the next is refused half a second later, and a search that fails makes room as well', async () => {
  const { run } = createSearchTurns()
  const failed = run('mallory', () => Promise.reject(new Error('gone')))
  await expect(failed).rejects.toThrow('gone')
  await vi.advanceTimersByTimeAsync(1)
  const searches = Array.from({ length: 5 }, () => run('mallory', last(100)))
  let refusal: unknown = null
  run('mallory', last(10)).catch((error: unknown) => {
    refusal = error
  })
  await vi.advanceTimersByTimeAsync(499)
  expect(refusal).toBeNull()
  await vi.advanceTimersByTimeAsync(1)
  expect(refusal).toMatchObject({ code: 'rate_limited' })
  await vi.advanceTimersByTimeAsync(2000)
  expect(await Promise.all(searches)).toHaveLength(5)
})

it('nobody rests longer than a second', async () => {
  const { run } = createSearchTurns()
  void run('ada', last(5000))
  const second = run('ada', last(10))
  await vi.advanceTimersByTimeAsync(5000 + 1000 + 10)
  expect(await second).toBe('found')
})
