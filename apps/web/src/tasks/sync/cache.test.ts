import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../_task.js'
import type { ListQuery } from '../api/list-query.js'
import {
  placeTask,
  readTasks,
  settleNewer,
  settleTask,
  type TaskPages,
  toListKey,
} from './cache.js'

const open: ListQuery = { status: 'open', deleted: false, sort: 'newest', q: '' }
const done: ListQuery = { ...open, status: 'done' }
const [one, two, three] = [1, 2, 3].map((n) => makeTask({ id: toId(n) })) as [
  ReturnType<typeof makeTask>,
  ReturnType<typeof makeTask>,
  ReturnType<typeof makeTask>,
]

function pages(...lists: ReadonlyArray<readonly ReturnType<typeof makeTask>[]>): TaskPages {
  return {
    pages: lists.map((tasks) => ({ tasks, nextCursor: null })),
    pageParams: lists.map(() => null),
  }
}

describe('readTasks', () => {
  it('lists a task once that moved between two pages', () => {
    expect(readTasks(pages([one, two], [two, three]))).toEqual([one, two, three])
  })
})

describe('placeTask', () => {
  it('replaces a task wherever it was', () => {
    const newer = { ...two, title: 'Newer', version: 2 }
    expect(readTasks(placeTask(pages([one], [two]), newer, open))).toEqual([newer, one])
  })

  it('takes out what no longer belongs', () => {
    const completed = { ...two, completed: true }
    expect(readTasks(placeTask(pages([one], [two]), completed, open))).toEqual([one])
  })
})

describe('settleNewer', () => {
  it('takes what another tab has learned, and nothing older than what is known here', async () => {
    const client = new QueryClient()
    client.setQueryData(toListKey(open), pages([{ ...one, version: 3 }]))
    const read = () => readTasks(client.getQueryData(toListKey(open)))
    await settleNewer(client, { ...one, title: 'Older', version: 2 })
    expect(read()).toEqual([{ ...one, version: 3 }])
    await settleNewer(client, { ...one, title: 'Newer', version: 4 })
    await settleNewer(client, two)
    expect(read()).toEqual([two, { ...one, title: 'Newer', version: 4 }])
  })
})

describe('settleTask', () => {
  it('moves a task between the lists in memory', async () => {
    const client = new QueryClient()
    client.setQueryData(toListKey(open), pages([one, two]))
    client.setQueryData(toListKey(done), pages([]))
    const completed = { ...one, completed: true, version: 2 }
    await settleTask(client, completed)
    expect(readTasks(client.getQueryData(toListKey(open)))).toEqual([two])
    expect(readTasks(client.getQueryData(toListKey(done)))).toEqual([completed])
  })

  it('throws away an answer that was on its way and may be older', async () => {
    const client = new QueryClient()
    client.setQueryData(toListKey(open), pages([one]))
    let answer = (_: TaskPages) => {}
    const fetching = client
      .fetchQuery({
        queryKey: toListKey(open),
        queryFn: () =>
          new Promise<TaskPages>((resolve) => {
            answer = resolve
          }),
      })
      .catch(() => 'cancelled')
    await settleTask(client, { ...one, title: 'Newer', version: 2 })
    answer(pages([one]))
    await fetching
    expect(readTasks(client.getQueryData(toListKey(open)))).toMatchObject([{ title: 'Newer' }])
  })
})
