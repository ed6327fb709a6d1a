// A task as it crosses the wire, and the parts of it that people change.

/** 0 none, 1 low, 2 medium, 3 high. */
export type Priority = 0 | 1 | 2 | 3

export interface Task {
  readonly id: string
  readonly userId: string
  readonly title: string
  readonly notes: string
  readonly completed: boolean
  readonly completedAt: string | null
  readonly priority: Priority
  /** `YYYY-MM-DD`: a day, not a moment. */
  readonly dueOn: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly deletedAt: string | null
  /** Counts changes; 0 while the task is only here and not yet saved. */
  readonly version: number
}

export interface TaskPage {
  readonly tasks: readonly Task[]
  readonly nextCursor: string | null
}

/** What the editor edits. */
export type TaskFields = Pick<Task, 'title' | 'notes' | 'priority' | 'dueOn'>

/** What a PATCH may carry. */
export type TaskChanges = Partial<TaskFields & Pick<Task, 'completed'>>

export const priorities = [0, 1, 2, 3] as const

export const limits = { title: 500, notes: 10_000 } as const

/** The fields whose values differ from those of the task. */
export function readChanges(task: TaskFields, fields: TaskFields): Partial<TaskFields> {
  return {
    ...(fields.title !== task.title && { title: fields.title }),
    ...(fields.notes !== task.notes && { notes: fields.notes }),
    ...(fields.priority !== task.priority && { priority: fields.priority }),
    ...(fields.dueOn !== task.dueOn && { dueOn: fields.dueOn }),
  }
}

/** The values a task has now for the fields that are about to change. */
export function readPrevious(task: Task, changes: TaskChanges): TaskChanges {
  return {
    ...(changes.title !== undefined && { title: task.title }),
    ...(changes.notes !== undefined && { notes: task.notes }),
    ...(changes.priority !== undefined && { priority: task.priority }),
    ...(changes.dueOn !== undefined && { dueOn: task.dueOn }),
    ...(changes.completed !== undefined && { completed: task.completed }),
  }
}

/** True when the task already has every value of the changes. */
export function hasChanges(task: Task, changes: TaskChanges): boolean {
  return Object.entries(changes).every(([name, value]) => Reflect.get(task, name) === value)
}
