import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../_task.js'
import { compareTasks, type SortName, toQueryString } from './list-query.js'

describe('toQueryString', () => {
  it('speaks the language of the API', () => {
    expect(toQueryString({ status: 'open', deleted: false, sort: 'due', q: '' })).toBe(
      'status=open&sort=dueOn&order=asc&limit=50',
    )
    expect(toQueryString({ status: 'all', deleted: true, sort: 'changed', q: 'a&b' })).toBe(
      'status=all&sort=updatedAt&order=desc&limit=50&q=a%26b&deleted=true',
    )
  })
})

describe('compareTasks', () => {
  const a = makeTask({
    id: toId(1),
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-09T00:00:00.000Z',
    dueOn: null,
    priority: 1,
  })
  const b = makeTask({
    id: toId(2),
    createdAt: '2026-11-02T00:00:00.000Z',
    updatedAt: '2026-11-08T00:00:00.000Z',
    dueOn: '2026-12-01',
    priority: 3,
  })
  const c = makeTask({
    id: toId(3),
    createdAt: '2026-11-03T00:00:00.000Z',
    updatedAt: '2026-11-07T00:00:00.000Z',
    dueOn: '2026-11-30',
    priority: 3,
  })

  it.each<[SortName, string]>([
    ['newest', 'cba'],
    ['oldest', 'abc'],
    ['due', 'cba'],
    ['priority', 'cba'],
    ['changed', 'abc'],
  ])('orders by %s as the API does', (sort, expected) => {
    const names = new Map([
      [a, 'a'],
      [b, 'b'],
      [c, 'c'],
    ])
    const sorted = [b, a, c].toSorted(compareTasks(sort))
    expect(sorted.map((task) => names.get(task)).join('')).toBe(expected)
  })

  it('puts what is not saved yet first, even when the clock here is slow', () => {
    const fresh = makeTask({ id: toId(9), version: 0, createdAt: '2020-01-01T00:00:00.000Z' })
    expect([a, fresh, c].toSorted(compareTasks('newest'))[0]).toBe(fresh)
    expect([a, fresh, c].toSorted(compareTasks('oldest'))[2]).toBe(fresh)
  })

  it('decides ties by the id, in the direction of the order', () => {
    const first = makeTask({ id: toId(1) })
    const second = makeTask({ id: toId(2) })
    expect([second, first].toSorted(compareTasks('oldest'))).toEqual([first, second])
    expect([first, second].toSorted(compareTasks('newest'))).toEqual([second, first])
  })
})
