import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../_task.js'
import { isListed } from '../api/list-query.js'
import { isShown, type ListState, viewNames } from '../list-state/views.js'
import { findView, groupByPlace, toOtherQueries } from './elsewhere.js'

const today = '2026-11-21'
const tasks = [
  makeTask({ id: toId(1) }),
  makeTask({ id: toId(2), dueOn: '2026-11-20' }),
  makeTask({ id: toId(3), dueOn: '2026-11-22' }),
  makeTask({ id: toId(4), completed: true, dueOn: today }),
  makeTask({ id: toId(5), deletedAt: '2026-11-21T09:00:00.000Z' }),
  makeTask({ id: toId(6), title: 'Something else' }),
]

describe('a search elsewhere', () => {
  it.each(viewNames)('finds from %s, with the view itself, everything once', (view) => {
    const state: ListState = { view, q: 'coat', sort: null, priority: null }
    const { alive, trash } = toOtherQueries(state)
    const here = tasks.filter((task) => isShown(task, state, today))
    const there = tasks.filter((task) => isListed(task, alive) || isListed(task, trash))
    const found = [...here, ...there.filter((task) => !isShown(task, state, today))]
    expect(found.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4, 5].map(toId))
  })

  it('says where a task was found: the narrowest view that lists it', () => {
    expect(tasks.map((task) => findView(task, today))).toEqual([
      'open',
      'today',
      'upcoming',
      'done',
      'trash',
      'open',
    ])
    for (const task of tasks) {
      const state = { view: findView(task, today), q: '', sort: null, priority: null }
      expect(isShown(task, state, today)).toBe(true)
    }
  })

  it('groups what was found by place, in the order of the views', () => {
    const places = groupByPlace(tasks.toReversed(), today)
    expect(places.map(({ label, tasks: found }) => [label, found.length])).toEqual([
      ['In Open', 2],
      ['In Today', 1],
      ['In Upcoming', 1],
      ['In Done', 1],
      ['In Trash', 1],
    ])
  })
})
