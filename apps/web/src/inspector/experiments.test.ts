import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createExperiments, type ExperimentTools } from './experiments.js'

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
  const watching = createExperiments({ ...tools, endPractice }).signOutElsewhere((count) =>
    counts.push(count),
  )
  await vi.runAllTimersAsync()
  const { accepted, delay, refusal } = await watching
  expect(endPractice).toHaveBeenCalledExactlyOnceWith('s-2')
  expect(accepted).toBe(8)
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(delay).toBe(300)
  expect(refusal.status).toBe(401)
})

it('says so when a session goes on after it was ended', async () => {
  stubApi(() => 200)
  const watching = createExperiments(tools).signOutElsewhere(() => {})
  await vi.runAllTimersAsync()
  const { accepted, refusal } = await watching
  expect(accepted).toBeGreaterThan(250)
  expect(refusal.status).toBe(200)
})

it('ends at once when the other session was refused from the start', async () => {
  stubApi(() => 503)
  const endPractice = vi.fn(async () => {})
  const outcome = createExperiments({ ...tools, endPractice }).signOutElsewhere(() => {})
  await vi.runAllTimersAsync()
  expect(await outcome).toMatchObject({ accepted: 0, refusal: { status: 503 } })
  expect(endPractice).not.toHaveBeenCalled()
})

it('fails when the session could not be ended', async () => {
  stubApi(() => 200)
  const failing = { ...tools, endPractice: () => Promise.reject(new TypeError('Failed to fetch')) }
  const watching = expect(createExperiments(failing).signOutElsewhere(() => {})).rejects.toThrow(
    'Failed to fetch',
  )
  await vi.runAllTimersAsync()
  await watching
})

function stubApi(toStatus: () => number): void {
  vi.stubGlobal('fetch', async () => Response.json({}, { status: toStatus() }))
}
