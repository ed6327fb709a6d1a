import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../_task.js'
import { groupTasks } from './groups.js'
import type { ListState } from './views.js'

const today = '2026-11-21'
const state: ListState = { view: 'upcoming', q: '', sort: null, priority: null }
const days = ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22', '2026-11-30', '2026-11-30']
const tasks = days.map((dueOn, index) => makeTask({ id: toId(index), dueOn }))

describe('groupTasks', () => {
  it('heads the days in their order', () => {
    const groups = groupTasks(tasks, state, today)
    expect(groups.map(({ label, tasks: grouped }) => [label, grouped.length])).toEqual([
      ['From before', 2],
      ['Today', 1],
      ['Tomorrow', 1],
      ['Mon 30 Nov', 2],
    ])
    expect(groups.map(({ saysDay }) => saysDay)).toEqual([false, true, true, true])
  })

  it('leaves other lists, and other orders, without headings', () => {
    expect(groupTasks(tasks, { ...state, view: 'open' }, today)).toHaveLength(1)
    expect(groupTasks(tasks, { ...state, sort: 'priority' }, today)).toMatchObject([
      { label: null, tasks },
    ])
  })
})
