import { describe, expect, it } from 'vitest'
import { simulateCrowd } from './simulation/crowd.js'

const size = { clients: 1_500, perSecond: 100 }

describe('a crowd whose tokens all end at once', { timeout: 60_000 }, () => {
  it('is told when to come back, obeys, and is served one after the other', async () => {
    const { seconds, done, wasted } = await simulateCrowd({ ...size, sheds: true })
    expect(done).toBe(size.clients)
    expect(Math.max(...seconds.map(({ busy }) => busy))).toBeLessThanOrEqual(100)
    expect(wasted).toBe(0)
    const asked = seconds.map((second) => second.asked)
    expect(sum(asked) / size.clients, 'requests of each client').toBeLessThan(3)
    expect(Math.max(...asked.slice(2)), 'after the first wave').toBeLessThan(2 * size.perSecond)
    expect(seconds.length, 'seconds').toBeLessThan((2 * size.clients) / size.perSecond)
  })

  it('would otherwise wait together, and have tokens made that nobody waits for any more', async () => {
    const { seconds, wasted } = await simulateCrowd({ ...size, sheds: false })
    expect(Math.max(...seconds.map(({ busy }) => busy))).toBeGreaterThan(1_000)
    expect(wasted).toBeGreaterThan(100)
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
