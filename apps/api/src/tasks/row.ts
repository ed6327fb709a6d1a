/** A task as Postgres keeps it: which rows are alive, which are in the trash, and how a row reads as a task. */
import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import type { TasksSchema, TaskTable } from '../database/database.js'
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

/**
 * The columns of a task, moments as text: of a page of tasks, half of the work would be to read dates and write them
 * again. Under names of their own, because a list is sorted by the columns and not by their text.
 */
export const taskColumns = [
  ...(['id', 'user_id', 'title', 'notes', 'completed', 'priority', 'due_on', 'version'] as const),
  toText('completed_at').as('completedAt'),
  toText('created_at').as('createdAt'),
  toText('updated_at').as('updatedAt'),
  toText('deleted_at').as('deletedAt'),
] as const

/** A row of {@link taskColumns}. */
interface ReadRow
  extends Pick<
    Selectable<TaskTable>,
    'id' | 'user_id' | 'title' | 'notes' | 'completed' | 'priority' | 'due_on' | 'version'
  > {
  readonly completedAt: string | null
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly deletedAt: string | null
}

export function toReadTask(row: ReadRow): Task {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    notes: row.notes,
    completed: row.completed,
    priority: row.priority,
    dueOn: row.due_on,
    completedAt: toMoment(row.completedAt),
    // These two columns are never null.
    createdAt: toMoment(row.createdAt) as string,
    updatedAt: toMoment(row.updatedAt) as string,
    deletedAt: toMoment(row.deletedAt),
    version: row.version,
  }
}

function toText(column: 'completed_at' | 'created_at' | 'updated_at' | 'deleted_at') {
  return sql<string | null>`(${sql.ref(column)} at time zone 'UTC')::text`
}

/** Postgres leaves out zeros at the end of a second: `2026-11-21 09:30:00.5` is `2026-11-21T09:30:00.500Z`. */
function toMoment(text: string | null): string | null {
  if (text === null) return null
  const whole = text.length === 19 ? `${text}.` : text
  return `${whole.slice(0, 10)}T${whole.slice(11).padEnd(12, '0')}Z`
}

export function toTask(row: Selectable<TaskTable>): Task {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    notes: row.notes,
    completed: row.completed,
    priority: row.priority,
    dueOn: row.due_on,
    completedAt: row.completed_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    deletedAt: row.deleted_at?.toISOString() ?? null,
    version: row.version,
  }
}
