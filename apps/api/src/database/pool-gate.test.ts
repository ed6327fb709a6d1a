import { EventEmitter } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ApiError } from '../errors.js'
import { createPoolGate } from './pool-gate.js'

describe('the gate before the pool', () => {
  it('turns away whoever would wait too long, and lets in whoever would not', async () => {
    const { gate, look, pool } = start()
    // 3 000 a second.
    look({ waiting: 50, released: 300 })
    expect(gate.enter()).toBeUndefined()
    pool.waitingCount = 70
    const refusal = expect.objectContaining({ code: 'overloaded', retryAfter: 1 })
    await expect(gate.enter()).rejects.toThrow(ApiError)
    await expect(gate.enter()).rejects.toEqual(refusal)
    pool.waitingCount = 50
    expect(gate.enter()).toBeUndefined()
  })

  it('goes by how fast connections come back', async () => {
    const { gate, look } = start()
    look({ waiting: 50, released: 100 })
    await expect(gate.enter()).rejects.toThrow(ApiError)
    for (let count = 0; count < 20; count += 1) look({ waiting: 50, released: 300 })
    expect(gate.enter()).toBeUndefined()
  })

  it('lets a sudden crowd in, as long as nothing has ever shown how long it takes', () => {
    const { gate, look, pool } = start()
    look({ waiting: 0, released: 1 })
    pool.waitingCount = 500
    expect(gate.enter()).toBeUndefined()
  })

  it('measures a sudden crowd by how fast connections came back when somebody last waited', async () => {
    const { gate, look, pool } = start()
    look({ waiting: 20, released: 300 })
    for (let count = 0; count < 20; count += 1) look({ waiting: 0, released: 1 })
    pool.waitingCount = 50
    expect(gate.enter()).toBeUndefined()
    pool.waitingCount = 70
    await expect(gate.enter()).rejects.toThrow(ApiError)
  })

  it('lets few wait, however long it takes', () => {
    const { gate, look } = start()
    look({ waiting: 39, released: 1 })
    expect(gate.enter()).toBeUndefined()
  })

  it('leaves it to each request to find that the database gives nothing back', () => {
    const { gate, look } = start()
    look({ waiting: 500, released: 0 })
    expect(gate.enter()).toBeUndefined()
  })

  it('tells which part it turned away', async () => {
    const { gate, look, pool } = start()
    look({ waiting: 500, released: 100 })
    await gate.enter()?.catch(() => {})
    pool.waitingCount = 0
    gate.enter()
    gate.enter()
    gate.enter()
    look({ waiting: 0, released: 0 })
    expect(gate.share).toBe(0.25)
    look({ waiting: 0, released: 0 })
    expect(gate.share).toBe(0)
  })

  it('holds refusals back, each for its own time, and not more of them than it can hold', async () => {
    const waits: number[] = []
    const { gate, look } = start((milliseconds) => {
      waits.push(milliseconds)
      return new Promise(() => {})
    })
    look({ waiting: 5000, released: 100 })
    for (let count = 0; count < 1000; count += 1) gate.enter()
    expect(waits.slice(0, 5)).toEqual([250, 375, 500, 625, 250])
    await expect(gate.enter()).rejects.toThrow(ApiError)
    expect(waits).toHaveLength(1000)
  })
})

function start(hold: (milliseconds: number) => Promise<unknown> = async () => undefined) {
  let now = 0
  let chances = 0
  const pool = Object.assign(new EventEmitter(), { waitingCount: 0 })
  const gate = createPoolGate(pool as never, {
    now: () => now,
    hold,
    random: () => (chances++ % 4) / 4,
  })
  onTestFinished(gate.close)
  return {
    gate,
    pool,
    /** What a look finds a tenth of a second after the one before. */
    look: ({ waiting, released }: { waiting: number; released: number }) => {
      now += 100
      for (let count = 0; count < released; count += 1) pool.emit('release')
      pool.waitingCount = waiting
      gate.measure()
    },
  }
}
