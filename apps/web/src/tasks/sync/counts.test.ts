import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../_task.js'
import type { Change } from './change.js'
import { applyToCounts, settleCounts, takeCounts, toCountsKey } from './counts.js'

const today = '2026-11-21'
const at = '2026-11-21T09:00:00.000Z'
const task = makeTask()
const due = makeTask({ id: toId(2), dueOn: '2026-11-20' })
const done = makeTask({ id: toId(3), completed: true, dueOn: today })
const trashed = makeTask({ id: toId(4), deletedAt: at, dueOn: today })
const counts = { open: 5, today: 2 }

function update(
  of: typeof task,
  fields: Extract<Change, { readonly kind: 'update' }>['fields'],
): Change {
  return { kind: 'update', task: of, fields, guarded: false, at }
}

describe('applyToCounts', () => {
  it.each<[string, readonly Change[], number, number]>([
    ['nothing', [], 5, 2],
    ['a new task', [{ kind: 'create', task, at }], 6, 2],
    ['a new task for today', [{ kind: 'create', task: due, at }], 6, 3],
    ['completing', [update(due, { completed: true })], 4, 1],
    ['opening again', [update(done, { completed: false })], 6, 3],
    ['a day that comes', [update(task, { dueOn: today })], 5, 3],
    ['a day that goes', [update(due, { dueOn: '2026-11-22' })], 5, 1],
    ['a title', [update(due, { title: 'New' })], 5, 2],
    ['deleting', [{ kind: 'remove', task: due, at }], 4, 1],
    ['deleting what is done', [{ kind: 'remove', task: done, at }], 5, 2],
    ['restoring', [{ kind: 'restore', task: trashed, at }], 6, 3],
    [
      'several changes of one task, as one',
      [
        { kind: 'create', task, at },
        update(task, { dueOn: today }),
        update({ ...task, dueOn: today }, { completed: true }),
      ],
      5,
      2,
    ],
    [
      'a change and its undoing',
      [update(due, { completed: true }), update({ ...due, completed: true }, { completed: false })],
      5,
      2,
    ],
  ])('counts %s', (_, changes, open, dueToday) => {
    expect(applyToCounts(counts, changes, today)).toEqual({ open, today: dueToday })
  })

  it('never counts below nothing', () => {
    const change: Change = { kind: 'remove', task: due, at }
    expect(applyToCounts({ open: 0, today: 0 }, [change], today)).toEqual({ open: 0, today: 0 })
  })
})

describe('settleCounts', () => {
  it('makes a change count for good, and what is known no younger', () => {
    const client = new QueryClient()
    const key = toCountsKey(today)
    client.setQueryData(key, { counts, askedAt: 7 }, { updatedAt: 100 })
    settleCounts(client, { kind: 'create', task: due, at })
    expect(client.getQueryData(key)).toEqual({ counts: { open: 6, today: 3 }, askedAt: 7 })
    expect(client.getQueryState(key)?.dataUpdatedAt).toBe(100)
  })
})

describe('takeCounts', () => {
  const key = toCountsKey(today)
  const told = { counts: { open: 9, today: 9 }, askedAt: 10 }

  it.each([
    ['asked later', 9, 9],
    ['asked earlier', 11, 5],
  ])('takes what a tab was told that %s', (_, askedAt, open) => {
    const client = new QueryClient()
    client.setQueryData(key, { counts, askedAt })
    takeCounts(client, today, told)
    expect(client.getQueryData(key)).toMatchObject({ counts: { open } })
  })

  it('shows nothing where nothing is to be shown', () => {
    const client = new QueryClient()
    takeCounts(client, today, told)
    expect(client.getQueryData(key)).toBeUndefined()
  })
})
