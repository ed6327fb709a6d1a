/**
 * What a list asks the API for, and whether a task belongs to the answer: the API's rules, repeated here so that a
 * change shows before the API has heard of it.
 */

import type { Task } from './task.js'
import type { ListParameters } from './wire.js'

export const sorts = ['newest', 'oldest', 'due', 'priority', 'changed'] as const

export type SortName = (typeof sorts)[number]

/** Also the key under which answers are cached. */
export interface ListQuery {
  readonly status: NonNullable<ListParameters['status']>
  readonly deleted: boolean
  readonly sort: SortName
  readonly q: string
}

/** Tasks on a page. */
export const PAGE_SIZE = 50

const orders = {
  newest: ['createdAt', 'desc'],
  oldest: ['createdAt', 'asc'],
  due: ['dueOn', 'asc'],
  priority: ['priority', 'desc'],
  changed: ['updatedAt', 'desc'],
} as const satisfies Record<SortName, readonly [ListParameters['sort'], ListParameters['order']]>

/** What was changed last is what people look for. */
export const searchOrder: SortName = 'changed'

/** The query string, without a cursor. */
export function toQueryString({ status, deleted, sort, q }: ListQuery): string {
  const [key, order] = orders[sort]
  const parameters: ListParameters = {
    status,
    sort: key,
    order,
    limit: PAGE_SIZE,
    ...(q && { q }),
    ...(deleted && { deleted: 'true' }),
  }
  return new URLSearchParams(
    Object.entries(parameters).map(([name, value]) => [name, String(value)]),
  ).toString()
}

/** Whether the API would list the task. */
export function isListed(task: Task, { status, deleted, q }: ListQuery): boolean {
  if ((task.deletedAt !== null) !== deleted) return false
  if (status !== 'all' && task.completed !== (status === 'done')) return false
  if (!q) return true
  const wanted = q.toLowerCase()
  return task.title.toLowerCase().includes(wanted) || task.notes.toLowerCase().includes(wanted)
}

/** The order of the API: the key, then the id, both in one direction; tasks without a day come last. */
export function compareTasks(sort: SortName): (a: Task, b: Task) => number {
  const [key, order] = orders[sort]
  const sign = order === 'asc' ? 1 : -1
  return (a, b) =>
    sign * (compareValues(readKey(a, key), readKey(b, key)) || compareValues(a.id, b.id))
}

function readKey(task: Task, key: (typeof orders)[SortName][0]): string | number {
  // No day is later than every day; only `due` sorts by days, and it sorts them upwards.
  const value = task[key] ?? '~'
  // What is not saved yet is newer than all that is, whatever the clock of this machine says.
  const isMadeHere = task.version === 0 && (key === 'createdAt' || key === 'updatedAt')
  return isMadeHere ? `~${value}` : value
}

function compareValues(a: string | number, b: string | number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
