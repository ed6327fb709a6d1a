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

  it('leaves no connection without work, and nobody waiting for long, while many ask again at once', async () => {
    const time = driveTime()
    const pool = Object.assign(new EventEmitter(), { waitingCount: 0 })
    const gate = createPoolGate(pool as never, {
      now: time.now,
      hold: time.wait,
      random: () => 0.5,
    })
    // Its timer goes by another clock.
    gate.close()
    const queue: number[] = []
    const waits: number[] = []
    let served = 0
    let unused = 10
    const serve = () => {
      while (unused > 0 && queue.length > 0) {
        waits.push(time.now() - (queue.shift() ?? 0))
        unused -= 1
        // Ten connections and 2 ms for each request: 5 000 a second.
        void time.wait(2).then(release)
      }
      pool.waitingCount = queue.length
    }
    const release = () => {
      served += 1
      unused += 1
      pool.emit('release')
      serve()
      ask()
    }
    const ask = () => {
      const turn = gate.enter()
      if (turn !== undefined) return void turn.catch(ask)
      queue.push(time.now())
      serve()
    }
    for (let person = 0; person < 256; person += 1) ask()
    for (let look = 0; look < 30; look += 1) {
      await time.pass(100)
      gate.measure()
      expect(unused).toBe(0)
    }
    expect(served).toBe(15_000)
    // Up to the first look everybody is let in. From then on it is 20 ms, and what a connection is busy with.
    expect(Math.max(...waits.slice(1000))).toBeLessThanOrEqual(22)
  })
})

/** A clock that goes on when it is told to, from one moment at which something is due to the next. */
function driveTime() {
  let now = 0
  const due = new Map<number, (() => void)[]>()
  return {
    now: () => now,
    wait: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const at = now + milliseconds
        due.set(at, [...(due.get(at) ?? []), resolve])
      }),
    pass: async (milliseconds: number) => {
      const end = now + milliseconds
      while (now < end) {
        now += 1
        for (const resolve of due.get(now) ?? []) resolve()
        due.delete(now)
        // Whoever waited for that goes on before the clock does.
        await new Promise(setImmediate)
      }
    },
  }
}

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
