import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createExperiments, type ExperimentTools, SiteError, TooManyError } from './experiments.js'

const tools: ExperimentTools = {
  apiUrl: 'https://api.test',
  strangerId: 'bob',
  getToken: async () => 'good',
  signFaulty: async (fault) => fault,
  startPractice: async () => ({ id: 's-2', token: 'other' }),
  endPractice: async () => {},
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('tells how long an ended session was still accepted', async () => {
  let isEnded = false
  stubApi(() => (isEnded ? 401 : 200))
  const endPractice = vi.fn(async () => void setTimeout(() => (isEnded = true), 250))
  const counts: number[] = []
  const watching = watch({ endPractice }, (count) => counts.push(count))
  await vi.runAllTimersAsync()
  expect(await watching).toMatchObject({ outcome: 'refused', accepted: 8, last: { status: 401 } })
  expect((await watching).delay).toBe(300)
  expect(endPractice).toHaveBeenCalledExactlyOnceWith('s-2')
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

it('says so when a session goes on after it was ended', async () => {
  stubApi(() => 200)
  const watching = watch({})
  await vi.runAllTimersAsync()
  expect(await watching).toMatchObject({ outcome: 'alive', last: { status: 200 } })
  expect((await watching).accepted).toBeGreaterThan(250)
})

it('does not take an outage for a refusal, and leaves no session behind', async () => {
  stubApi(() => 503)
  const endPractice = vi.fn(async () => {})
  const watching = watch({ endPractice })
  await vi.runAllTimersAsync()
  expect(await watching).toMatchObject({ outcome: 'unclear', accepted: 0, last: { status: 503 } })
  expect(endPractice).toHaveBeenCalledExactlyOnceWith('s-2')
})

it('fails when the session could not be ended, and asks no more', async () => {
  const api = stubApi(() => 200)
  const counts: number[] = []
  const watching = watch(
    { endPractice: () => Promise.reject(new TypeError('Failed to fetch')) },
    (count) => counts.push(count),
  )
  const failing = expect(watching).rejects.toThrow(SiteError)
  await vi.runAllTimersAsync()
  await failing
  expect(counts).toEqual([1, 2, 3, 4, 5])
  expect(api.mock.calls.length).toBeLessThanOrEqual(6)
})

it('asks no more when nobody looks', async () => {
  const api = stubApi(() => 200)
  const leaving = new AbortController()
  void watch({}, () => {}, leaving.signal)
  await vi.advanceTimersByTimeAsync(1_000)
  leaving.abort()
  await vi.runAllTimersAsync()
  expect(api.mock.calls.length).toBeLessThan(15)
})

it('tells a pause that the site wants from a failure', async () => {
  const { sendExpired, signOutElsewhere } = createExperiments({
    ...tools,
    signFaulty: async () => null,
    startPractice: async () => null,
  })
  await expect(sendExpired()).rejects.toThrow(TooManyError)
  await expect(
    signOutElsewhere({ onAccepted: () => {}, signal: new AbortController().signal }),
  ).rejects.toThrow(TooManyError)
})

function watch(
  more: Partial<ExperimentTools>,
  onAccepted: (count: number) => void = () => {},
  signal = new AbortController().signal,
) {
  return createExperiments({ ...tools, ...more }).signOutElsewhere({ onAccepted, signal })
}

function stubApi(toStatus: () => number) {
  const api = vi.fn(async () => Response.json({}, { status: toStatus() }))
  vi.stubGlobal('fetch', api)
  return api
}
