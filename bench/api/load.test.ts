import { expect, it } from 'vitest'
import { toPace } from './load.js'

/** Twenty good answers a second, 40 ms each, and others that began in the last moment of two seconds. */
const steady = Array.from({ length: 40 }, (_, index) => {
  const sent = 1000 + index * 50
  return { sent, received: sent + 40 }
})
const window = { end: 3000, milliseconds: 2000 }

it('counts the good answers of the time asked for, however long the last ones take', () => {
  expect(toPace(steady, window).perSecond).toBe(20)
  const late = [300, 500, 700].map((wait) => ({ sent: 2999, received: 2999 + wait }))
  expect(toPace([...steady, ...late], window).perSecond).toBe(20)
})

it('leaves no answer out of how long they took, as those that take longest come after the end', () => {
  const late = Array.from({ length: 60 }, () => ({ sent: 2999, received: 3699 }))
  expect(toPace(steady, window)).toMatchObject({ p50: 40, p99: 40 })
  expect(toPace([...steady, ...late], window)).toMatchObject({ p50: 700, p99: 700 })
})
