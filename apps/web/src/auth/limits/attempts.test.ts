import { expect, it } from 'vitest'
import { createAttempts } from './attempts.js'

const rule = { window: 60, max: 3 }

it('refuses the fourth attempt in a minute and says when the next one may come', () => {
  let now = 0
  const attempts = createAttempts(() => now)
  const answers = [0, 1, 2, 3].map((second) => {
    now = second * 1000
    return attempts.consume('a', rule)
  })
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
  expect(answers[3]?.retryAfter).toBe(57)
  expect(attempts.consume('b', rule).allowed, 'another key is not touched').toBe(true)
  now = 60_000
  expect(attempts.consume('a', rule)).toEqual({ allowed: true, retryAfter: null })
})

it('does not hold a slow, steady caller up', () => {
  let now = 0
  const attempts = createAttempts(() => now)
  for (now = 0; now < 3_600_000; now += 25_000) {
    expect(attempts.consume('a', rule).allowed).toBe(true)
  }
})

it('takes back what did not count', () => {
  const attempts = createAttempts(() => 0)
  for (let count = 0; count < 3; count += 1) attempts.consume('a', rule)
  attempts.refund('a')
  attempts.refund('unknown')
  expect([0, 1].map(() => attempts.consume('a', rule).allowed)).toEqual([true, false])
})

it('forgets what it is told to forget', () => {
  const attempts = createAttempts(() => 0)
  for (let count = 0; count < 3; count += 1) attempts.consume('a', rule)
  attempts.clear('a')
  expect(attempts.consume('a', rule).allowed).toBe(true)
})

it('stays bounded under any number of keys, and keeps the limit of the newest', () => {
  const attempts = createAttempts(() => 0)
  for (let count = 0; count < 60_000; count += 1)
    attempts.consume(`key ${count}`, { window: 60, max: 1 })
  expect(attempts.consume('key 59999', { window: 60, max: 1 }).allowed).toBe(false)
  expect(attempts.consume('key 0', { window: 60, max: 1 }).allowed).toBe(true)
})
