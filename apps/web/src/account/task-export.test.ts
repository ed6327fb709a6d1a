import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { longestTexts } from '../auth/store/tables.js'
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

describe('an export', () => {
  it('holds nothing without a bound: at most 20 000 tasks, of each what the API bounds, and two bounded names', () => {
    const file = new URL('../../../api/openapi.json', import.meta.url)
    const { components } = JSON.parse(readFileSync(file, 'utf8'))
    const { properties }: { properties: Record<string, Bounded> } = components.schemas.Task
    const header = { name: 'Zoë', email: 'zoe@example.com', exportedAt: new Date(0) }
    const { account, tasks, exportedAt, ...others } = JSON.parse(toJsonFile(header, [first]))
    expect([exportedAt, others]).toEqual(['1970-01-01T00:00:00.000Z', {}])
    for (const field of Object.keys(account)) expect(longestTexts.user).toHaveProperty(field)
    const unbounded = Object.keys(tasks[0]).filter((field) => !isBounded(properties[field]))
    // A subject has 255 characters at most, or the token that names it is refused; versions are counted by the API.
    expect(unbounded).toEqual(['userId', 'version'])
  })
})

interface Bounded {
  readonly type: string | readonly string[]
  readonly format?: string
  readonly maxLength?: number
  readonly maximum?: number
}

function isBounded(field: Bounded | undefined): boolean {
  if (field === undefined) return false
  const { type, format, maxLength, maximum } = field
  return type === 'boolean' || (format ?? maxLength ?? maximum) !== undefined
}
