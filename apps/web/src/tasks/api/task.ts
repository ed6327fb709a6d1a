/** A task as it crosses the wire, and the parts of it that people change. */

import { longest, type Task, type TaskChanges, type TaskList } from './wire.js'

export type { Task, TaskChanges, TaskCounts } from './wire.js'

export type TaskPage = TaskList

export type Priority = Task['priority']

/** What the editor edits. */
export type TaskFields = Required<Omit<TaskChanges, 'completed'>>

export const priorities = [0, 1, 2, 3] as const satisfies readonly Priority[]

export const limits = longest

/** The fields of a task in the order in which people read them: whatever lists them derives from here. */
const blank = { title: '', notes: '', priority: 0, dueOn: null } as const satisfies Record<
  keyof TaskFields,
  TaskFields[keyof TaskFields]
>

export const fieldNames = Object.keys(blank) as readonly (keyof TaskFields)[] // nobody widens a constant

/** What a new task has where nothing was said. */
export const blankFields: TaskFields = blank

/** The fields alone. */
export function pickFields(task: TaskFields): TaskFields {
  return { ...blankFields, ...pick(task, fieldNames) }
}

/** The fields whose values differ from those of the task. */
export function readChanges(task: TaskFields, fields: TaskFields): Partial<TaskFields> {
  return pick(
    fields,
    fieldNames.filter((name) => fields[name] !== task[name]),
  )
}

/** Whether the task went with the trash, as that was at a moment; null is never. */
export function isEmptied({ deletedAt }: Task, until: string | null): boolean {
  return until !== null && deletedAt !== null && deletedAt <= until
}

/** The values a task has now for the fields that are about to change. */
export function readPrevious(task: Task, changes: TaskChanges): TaskChanges {
  const names = Object.keys(changes) as (keyof TaskChanges)[] // changes hold nothing else
  return pick(
    task,
    names.filter((name) => changes[name] !== undefined),
  )
}

/** True when the task already has every value of the changes. */
export function hasChanges(task: Task, changes: TaskChanges): boolean {
  return Object.entries(changes).every(([name, value]) => Reflect.get(task, name) === value)
}

function pick<Value extends object, Name extends keyof Value>(
  value: Value,
  names: readonly Name[],
): Partial<Pick<Value, Name>> {
  return Object.fromEntries(names.map((name) => [name, value[name]])) as Partial<Pick<Value, Name>> // each name with its own value
}
