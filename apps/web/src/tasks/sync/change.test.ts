import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../_task.js'
import type { ListQuery } from '../api/list-query.js'
import { applyChange, applyChanges, type Change, toNewTask } from './change.js'

const at = '2026-11-21T09:00:00.000Z'
const open: ListQuery = { status: 'open', deleted: false, sort: 'newest', q: '' }

describe('applyChange', () => {
  it('changes the fields and says when', () => {
    const task = makeTask()
    const change: Change = { kind: 'update', task, fields: { title: 'New' }, guarded: true, at }
    expect(applyChange(change)).toEqual({ ...task, title: 'New', updatedAt: at })
  })

  it('completes, and opens again', () => {
    const task = makeTask()
    const done = applyChange({
      kind: 'update',
      task,
      fields: { completed: true },
      guarded: false,
      at,
    })
    expect(done).toMatchObject({ completed: true, completedAt: at })
    const again = applyChange({
      kind: 'update',
      task: done,
      fields: { completed: false },
      guarded: false,
      at,
    })
    expect(again).toMatchObject({ completed: false, completedAt: null })
  })

  it('builds on what the API said since, not on what was seen', () => {
    const seen = makeTask()
    const newer = makeTask({ notes: 'from elsewhere', version: 2 })
    const change: Change = {
      kind: 'update',
      task: seen,
      fields: { priority: 3 },
      guarded: true,
      at,
    }
    expect(applyChange(change, newer)).toMatchObject({
      notes: 'from elsewhere',
      priority: 3,
      version: 2,
    })
  })

  it('moves to the trash and back', () => {
    const removed = applyChange({ kind: 'remove', task: makeTask(), at })
    expect(removed.deletedAt).toBe(at)
    expect(applyChange({ kind: 'restore', task: removed, at }).deletedAt).toBeNull()
  })
})

describe('applyChanges', () => {
  const one = makeTask({ id: toId(1) })
  const two = makeTask({ id: toId(2) })

  it('shows a new task', () => {
    const task = toNewTask({ id: toId(3), userId: 'user-1', title: 'New' }, new Date(at))
    expect(applyChanges([one], [{ kind: 'create', task, at }], open)).toEqual([one, task])
  })

  it('takes a completed task out of Open and puts it into Done', () => {
    const change: Change = {
      kind: 'update',
      task: one,
      fields: { completed: true },
      guarded: false,
      at,
    }
    expect(applyChanges([one, two], [change], open)).toEqual([two])
    const done = applyChanges([], [change], { ...open, status: 'done' })
    expect(done).toEqual([applyChange(change)])
  })

  it('plays several changes of one task in their order', () => {
    const changes: Change[] = [
      { kind: 'update', task: one, fields: { title: 'Second' }, guarded: true, at },
      { kind: 'remove', task: one, at },
      { kind: 'restore', task: one, at },
    ]
    expect(applyChanges([one], changes, open)).toMatchObject([{ title: 'Second', deletedAt: null }])
  })

  it('gives the list back as it was once nothing is pending: a refusal takes back its own change only', () => {
    const first: Change = { kind: 'remove', task: one, at }
    const second: Change = { kind: 'remove', task: two, at }
    expect(applyChanges([one, two], [first, second], open)).toEqual([])
    expect(applyChanges([one, two], [second], open)).toEqual([one])
    expect(applyChanges([one, two], [], open)).toEqual([one, two])
  })
})
