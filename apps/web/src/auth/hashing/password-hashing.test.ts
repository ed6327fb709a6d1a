import { describe, expect, it } from 'vitest'
import { createPasswordHashing } from './password-hashing.js'

/** Hashing that ends when it is told to. */
function createSlowHashing() {
  const finish: (() => void)[] = []
  let most = 0
  let running = 0
  async function work(): Promise<void> {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => finish.push(resolve))
    running -= 1
  }
  return {
    hashing: {
      hash: async (password: string) => work().then(() => `hash of ${password}`),
      verify: async () => work().then(() => true),
    },
    most: () => most,
    async finishOne() {
      finish.shift()?.()
      // The turn passes on in microtasks only.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    },
  }
}

describe('password hashes', () => {
  it('run two at a time, in the order in which they came', async () => {
    const slow = createSlowHashing()
    const { hash, verify } = createPasswordHashing({ ...slow, running: 2 })
    const done: string[] = []
    const all = ['a', 'b', 'c', 'd'].map((password, index) =>
      (index % 2 === 0 ? hash(password) : verify({ hash: '', password })).then(() =>
        done.push(password),
      ),
    )
    for (let count = 0; count < 4; count += 1) await slow.finishOne()
    await Promise.all(all)
    expect(done).toEqual(['a', 'b', 'c', 'd'])
    expect(slow.most()).toBe(2)
  })

  it('are refused with 503 when too many wait, and taken again once there is room', async () => {
    const slow = createSlowHashing()
    const { hash } = createPasswordHashing({ ...slow, running: 1, waiting: 2 })
    const taken = ['a', 'b', 'c'].map((password) => hash(password))
    await expect(hash('d')).rejects.toMatchObject({
      statusCode: 503,
      body: { code: 'OVERLOADED' },
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    })
    await slow.finishOne()
    const later = hash('e')
    for (let count = 0; count < 3; count += 1) await slow.finishOne()
    expect(await Promise.all([...taken, later])).toEqual([
      'hash of a',
      'hash of b',
      'hash of c',
      'hash of e',
    ])
    expect(slow.most()).toBe(1)
  })

  it('make room for others when they fail', async () => {
    const failing = { hash: () => Promise.reject(new Error('no')), verify: async () => true }
    const { hash, verify } = createPasswordHashing({ hashing: failing, running: 1, waiting: 0 })
    await expect(hash('a')).rejects.toThrow('no')
    expect(await verify({ hash: '', password: 'a' })).toBe(true)
  })
})
