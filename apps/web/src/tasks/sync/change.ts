/**
 * A change that somebody made and the API has yet to confirm: plain data, so that it can wait, be repeated, be kept
 * through a reload, and be shown on top of what the API said last.
 */

import { isListed, type ListQuery } from '../api/list-query.js'
import { blankFields, type Task, type TaskChanges, type TaskFields } from '../api/task.js'

interface Made {
  /** As it was when it was changed; for `create`, as it shall be. */
  readonly task: Task
  /** When, as an ISO moment. */
  readonly at: string
}

export type Change =
  | (Made & { readonly kind: 'create' | 'remove' | 'restore' })
  | (Made & {
      readonly kind: 'update'
      readonly fields: TaskChanges
      /** Ask the API to refuse when the task was changed elsewhere since. */
      readonly guarded: boolean
    })

/** A task that exists only here until the API has confirmed it. */
export function toNewTask(
  fields: Pick<Task, 'id' | 'userId' | 'title'> & Partial<TaskFields>,
  now: Date,
): Task {
  const moment = now.toISOString()
  return {
    ...blankFields,
    ...fields,
    completed: false,
    completedAt: null,
    createdAt: moment,
    updatedAt: moment,
    deletedAt: null,
    version: 0,
  }
}

/** The task with the change made, as the API will probably answer. */
export function applyChange(change: Change, current: Task = change.task): Task {
  const changed = { ...current, updatedAt: change.at }
  switch (change.kind) {
    case 'create':
      return current
    case 'update': {
      const { completed } = change.fields
      return {
        ...changed,
        ...change.fields,
        ...(completed !== undefined && { completedAt: completed ? change.at : null }),
      }
    }
    case 'remove':
      return { ...changed, deletedAt: current.deletedAt ?? change.at }
    case 'restore':
      return { ...changed, deletedAt: null }
  }
}

/** A list as it will be once the changes are confirmed. Sorting is left to the caller. */
export function applyChanges(
  tasks: readonly Task[],
  changes: readonly Change[],
  query: ListQuery,
): readonly Task[] {
  if (changes.length === 0) return tasks
  const known = new Map(tasks.map((task) => [task.id, task]))
  for (const change of changes) {
    const next = applyChange(change, known.get(change.task.id))
    known.set(next.id, next)
  }
  return [...known.values()].filter((task) => isListed(task, query))
}
