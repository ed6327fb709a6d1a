import { describe, expect, it } from 'vitest'
import { simulateFeed } from './simulation/feed.js'

const SECONDS = 10

describe('what a follower receives', { timeout: 60_000 }, () => {
  it.each([2, 20, 200, 1_000])('is little where %d sessions end in a second', async (rate) => {
    const { bytes, asked, fetched, waits } = await simulateFeed({
      rate,
      listed: 2_000,
      seconds: SECONDS,
    })
    expect(bytes).toBeLessThan(3 * 32 * rate + 20_000)
    expect(asked).toBeLessThanOrEqual(5)
    expect(fetched, 'everything comes with the manifest, or is put together').toBe(0)
    expect(waits.at(-1)).toBeLessThan(1_000)
  })

  it('does not grow with how many are listed', async () => {
    const few = await simulateFeed({ rate: 200, listed: 2_000, seconds: SECONDS })
    const many = await simulateFeed({ rate: 200, listed: 20_000, seconds: SECONDS })
    expect(many.bytes / few.bytes).toBeLessThan(1.1)
  })
})
