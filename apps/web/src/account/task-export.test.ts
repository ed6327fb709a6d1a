import { describe, expect, it } from 'vitest'
import { makeTask, toId } from '../tasks/_task.js'
import { fetchAllTasks, toCsvFile, toJsonFile } from './task-export.js'

const [first, second, third] = [1, 2, 3].map((n) => makeTask({ id: toId(n) }))
if (!first || !second || !third) throw new Error('three tasks were made')

describe('fetchAllTasks', () => {
  it('follows every page of the list, then of the trash, and counts along', async () => {
    const asked: string[] = []
    const counts: number[] = []
    const moved = { ...second, deletedAt: '2026-11-21T08:00:00.000Z' }
    const tasks = await fetchAllTasks(
      {
        async list(query, cursor) {
          const parameters = new URLSearchParams(query)
          expect(parameters.get('status')).toBe('all')
          asked.push(`${parameters.get('deleted') ?? 'list'} ${cursor ?? 'start'}`)
          if (parameters.get('deleted')) return { tasks: [moved, third], nextCursor: null }
          return cursor === null
            ? { tasks: [first], nextCursor: 'more' }
            : { tasks: [second], nextCursor: null }
        },
      },
      (count) => counts.push(count),
    )
    expect(asked).toEqual(['list start', 'list more', 'true start'])
    expect(counts).toEqual([1, 2, 3])
    expect(tasks).toEqual([first, moved, third])
  })

  it('passes a failure on rather than giving half of the tasks', async () => {
    const failure = new Error('refused')
    const list = () => Promise.reject(failure)
    await expect(fetchAllTasks({ list }, () => undefined)).rejects.toBe(failure)
  })
})

describe('the files', () => {
  it('keep every field of every task as JSON', () => {
    const header = { name: 'Zoë', email: 'zoe@example.com', exportedAt: new Date(0) }
    expect(JSON.parse(toJsonFile(header, [first]))).toEqual({
      exportedAt: '1970-01-01T00:00:00.000Z',
      account: { name: 'Zoë', email: 'zoe@example.com' },
      tasks: [first],
    })
  })

  it.each(['=1+1', '+1', '-1', '@sum(a1)', '\t=1', '\r=1'])(
    'hand no formula to a spreadsheet: %j',
    (title) => {
      expect(toCsvFile([makeTask({ title })])).toContain(`'${title}`)
      expect(toCsvFile([makeTask({ title: `a${title}` })])).not.toContain("'")
    },
  )

  it('quote commas, quotes and line breaks as CSV', () => {
    const task = makeTask({ title: 'Say “hello”, then "bye"', notes: 'one\r\ntwo', dueOn: null })
    const [head, ...rest] = toCsvFile([task]).split('\r\n')
    expect(head).toBe(
      '\uFEFFid,title,notes,completed,completedAt,priority,dueOn,createdAt,updatedAt,deletedAt,version',
    )
    expect(rest.join('\r\n')).toBe(
      `${task.id},"Say “hello”, then ""bye""","one\r\ntwo",false,,0,,2026-11-20T08:00:00.000Z,2026-11-20T08:00:00.000Z,,1\r\n`,
    )
  })
})
