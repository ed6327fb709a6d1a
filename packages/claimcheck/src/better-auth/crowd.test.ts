import { describe, expect, it } from 'vitest'
import { createCrowd } from './crowd.js'

function createScene() {
  let time = 0
  const draws = [0, 0.5, 0.999]
  let drawn = 0
  const crowd = createCrowd(
    () => time,
    () => draws[drawn++ % draws.length] ?? 0,
  )
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { crowd, pass }
}

describe('a crowd at /token', () => {
  it('is let in up to a hundred at a time, and again as they leave', () => {
    const { crowd } = createScene()
    for (let count = 0; count < 100; count += 1) expect(crowd.enter()).toBeNull()
    expect(crowd.enter()).not.toBeNull()
    crowd.leave()
    expect(crowd.enter()).toBeNull()
    expect(crowd.enter()).not.toBeNull()
  })

  it('is spread over as long as serving it will take', () => {
    const { crowd } = createScene()
    for (let count = 0; count < 100; count += 1) crowd.enter()
    const rests = Array.from({ length: 3_000 }, () => crowd.enter() ?? 0)
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...rests), 'three thousand at a hundred a second').toBeGreaterThan(28)
    expect(Math.max(...rests)).toBeLessThanOrEqual(31)
    const later = rests.slice(-300)
    expect(new Set(later).size, 'not all at once').toBeGreaterThan(2)
  })

  it('is never told to stay away for longer than five minutes', () => {
    const { crowd } = createScene()
    const rests = Array.from({ length: 100_000 }, () => crowd.enter() ?? 0)
    expect(Math.max(...rests)).toBeLessThanOrEqual(301)
  })

  it('is not held back by requests that left no trace', () => {
    const { crowd, pass } = createScene()
    for (let count = 0; count < 100; count += 1) crowd.enter()
    pass(10_000)
    expect(crowd.enter()).toBeNull()
  })
})
