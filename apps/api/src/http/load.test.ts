import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from '../errors.js'
import { createLoad, type Load } from './load.js'

const signals = { delay: 0 }
let load: Load
afterEach(() => load.close())

describe('load', () => {
  it('turns away more and more while too much is asked for, and less and less afterwards', () => {
    const { hold, release } = start()
    hold(40)
    signals.delay = 300
    for (let look = 0; look < 3; look += 1) load.measure()
    expect(load.share).toBeGreaterThan(0.5)
    for (let look = 0; look < 20; look += 1) load.measure()
    expect(load.share).toBe(0.95)
    release(40)
    signals.delay = 0
    for (let look = 0; look < 40; look += 1) load.measure()
    expect(load.share).toBe(0)
  })

  it('does not blame few requests for a late event loop', () => {
    const { hold } = start()
    hold(10)
    signals.delay = 5000
    load.measure()
    expect(load.share).toBe(0)
  })

  it('throws overloaded for the share that it turns away', () => {
    const { hold } = start(() => 0.5)
    hold(40)
    expect(load.turnAwaySome).not.toThrow()
    signals.delay = 5000
    for (let look = 0; look < 4; look += 1) load.measure()
    const refusal = expect.objectContaining({ code: 'overloaded', retryAfter: 1 })
    expect(load.turnAwaySome).toThrow(ApiError)
    expect(load.turnAwaySome).toThrow(refusal)
  })
})

function start(random = () => 0.999) {
  signals.delay = 0
  load = createLoad({ readDelay: () => signals.delay, random })
  const repeat = (requests: number, each: () => void) => {
    for (let request = 0; request < requests; request += 1) each()
  }
  return {
    hold: (requests: number) => repeat(requests, load.enter),
    release: (requests: number) => repeat(requests, load.leave),
  }
}
