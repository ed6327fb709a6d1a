import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../errors.js'
import { readCursor, toCursor } from './cursor.js'
import { type Order, sorts } from './order.js'
import type { Task } from './schema.js'

const anyDay = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

const anyMoment = fc
  .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString())

const anyTask: fc.Arbitrary<Task> = fc.record({
  id: fc.uuid(),
  userId: fc.string(),
  title: fc.string(),
  notes: fc.string(),
  completed: fc.boolean(),
  completedAt: fc.constant(null),
  priority: fc.integer({ min: 0, max: 3 }),
  dueOn: fc.option(anyDay),
  createdAt: anyMoment,
  updatedAt: anyMoment,
  deletedAt: fc.constant(null),
  version: fc.integer({ min: 1 }),
})

const anyOrder: fc.Arbitrary<Order> = fc.record({
  sort: fc.constantFrom(...sorts),
  direction: fc.constantFrom('asc' as const, 'desc' as const),
})

describe('a cursor', () => {
  it('leads back to the task it was made of, to the millisecond', () => {
    fc.assert(
      fc.property(anyOrder, anyTask, (order, task) => {
        const { key, id } = readCursor(order, toCursor(order, task))
        const undated = order.direction === 'asc' ? 'infinity' : '-infinity'
        expect([key, id]).toEqual([task[order.sort] ?? undated, task.id])
      }),
    )
  })

  it('holds nothing that anybody wrote', () => {
    fc.assert(
      fc.property(anyOrder, anyTask, (order, task) => {
        const text = toCursor(order, { ...task, title: 'a title', notes: 'a note', userId: 'ada' })
        expect(text).toBe(toCursor(order, task))
      }),
    )
  })

  it('is refused as validation_failed whatever else it holds', () => {
    const order: Order = { sort: 'createdAt', direction: 'desc' }
    const anything = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    )
    fc.assert(
      fc.property(anything, (text) => {
        expect(() => readCursor(order, text)).toThrow(ApiError)
      }),
    )
  })
})
