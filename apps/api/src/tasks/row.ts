/** A task as Postgres keeps it: which rows are alive, which are in the trash, and how a row reads as a task. */
import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import type { TasksSchema, TaskTable } from '../database.js'
import type { Task } from './schema.js'

export const TASKS = 'claimcheck_tasks.tasks'
export const ACCOUNTS = 'claimcheck_tasks.accounts'

/** Versions that may be changed; undefined allows any. */
export type VersionGuard = readonly number[] | undefined

export type Columns = ExpressionBuilder<TasksSchema, typeof TASKS>

/** What was deleted before has left the trash, whether or not its row has been swept up yet. */
export const trashEnds = sql<Date>`now() - interval '30 days'`

export function isAlive(eb: Columns) {
  return eb('deleted_at', 'is', null)
}

export function isInTrash(eb: Columns) {
  return eb('deleted_at', '>', trashEnds)
}

/** Holds for versions that `guard` allows; an empty list allows none. */
export function hasVersion(guard: VersionGuard) {
  return guard === undefined ? sql<boolean>`true` : sql<boolean>`version = any(${guard}::int[])`
}

export function toTask(row: Selectable<TaskTable>): Task {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    notes: row.notes,
    completed: row.completed,
    completedAt: row.completed_at?.toISOString() ?? null,
    priority: row.priority,
    dueOn: row.due_on,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    deletedAt: row.deleted_at?.toISOString() ?? null,
    version: row.version,
  }
}
