/**
 * One person's tasks in Postgres. Every query names the person although row-level security would do so by itself:
 * each of the two fences holds without the other.
 */
import { createHash, randomUUID } from 'node:crypto'
import { AuthError } from 'claimcheck'
import { sql } from 'kysely'
import type { TasksTransaction } from '../database.js'
import { readCode } from '../database-failure.js'
import { ApiError } from '../errors.js'
import { readCursor, toCursor } from './cursor.js'
import { toOrder, toSortKey } from './order.js'
import {
  type Columns,
  hasVersion,
  isAlive,
  isInTrash,
  TASKS,
  toTask,
  trashEnds,
  type VersionGuard,
} from './row.js'
import type { ListQuery, NewTask, Task, TaskChanges, TaskList } from './schema.js'

/** One page of the tasks, or of the trash. Tasks that are there the whole time appear exactly once over all pages. */
export async function listTasks(tx: TasksTransaction, query: ListQuery): Promise<TaskList> {
  const rows = await selectTasks(tx, query).execute()
  const tasks = rows.slice(0, query.limit).map(toTask)
  const last = tasks.at(-1)
  const isMore = rows.length > query.limit && last !== undefined
  return { tasks, nextCursor: isMore ? toCursor(toOrder(query.sort, query.order), last) : null }
}

/** The query of a page, and one row more, which tells whether there is another. */
export function selectTasks(tx: TasksTransaction, query: ListQuery) {
  const order = toOrder(query.sort, query.order)
  const key = toSortKey(order)
  const position = query.cursor === undefined ? undefined : readCursor(order, query.cursor)
  const after = sql.raw(order.direction === 'asc' ? '>' : '<')
  return tx
    .selectFrom(TASKS)
    .selectAll()
    .where('user_id', '=', tx.userId)
    .where(query.deleted === 'true' ? isInTrash : isAlive)
    .$if(query.status !== 'all', (q) => q.where('completed', '=', query.status === 'done'))
    .$if(query.q !== undefined, (q) => q.where(contains(query.q ?? '')))
    .$if(position !== undefined, (q) =>
      q.where(sql<boolean>`(${key}, id) ${after} (${position?.key}, ${position?.id})`),
    )
    .orderBy(key, order.direction)
    .orderBy('id', order.direction)
    .limit(query.limit + 1)
}

/** @throws ApiError `not_found` when there is none, or it is in the trash. */
export async function findTask(tx: TasksTransaction, id: string): Promise<Task> {
  const row = await tx
    .selectFrom(TASKS)
    .selectAll()
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .where(isAlive)
    .executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found')
  return toTask(row)
}

/**
 * Creates a task. With an id that this person used before, the same content gives that task, as it is now; an id
 * whose task has left the trash is free again.
 *
 * @throws ApiError `conflict` when the id was used with another content.
 */
export async function createTask(tx: TasksTransaction, task: NewTask): Promise<Task> {
  const id = task.id ?? randomUUID()
  const creation = toDigest(task)
  const inserted = await tx
    .with('account', (db) =>
      db
        .insertInto('claimcheck_tasks.accounts')
        .values({ user_id: tx.userId })
        .onConflict((conflict) => conflict.doNothing()),
    )
    .insertInto(TASKS)
    .values({
      user_id: tx.userId,
      id,
      title: task.title,
      notes: task.notes,
      completed_at: task.completed ? sql`now()` : null,
      priority: task.priority,
      due_on: task.dueOn,
      creation,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'id'])
        .doUpdateSet((eb) => ({
          title: eb.ref('excluded.title'),
          notes: eb.ref('excluded.notes'),
          completed_at: eb.ref('excluded.completed_at'),
          priority: eb.ref('excluded.priority'),
          due_on: eb.ref('excluded.due_on'),
          created_at: eb.ref('excluded.created_at'),
          updated_at: eb.ref('excluded.updated_at'),
          deleted_at: null,
          version: 1,
          creation: eb.ref('excluded.creation'),
        }))
        .where(sql<boolean>`tasks.deleted_at <= ${trashEnds}`),
    )
    .returningAll()
    .executeTakeFirst()
    .catch(refuseDeleted)
  if (inserted !== undefined) return toTask(inserted)

  const existing = await tx
    .selectFrom(TASKS)
    .selectAll()
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .executeTakeFirst()
  // Between the two queries the old task left the trash and was swept up: the id is free now.
  if (existing === undefined) return createTask(tx, { ...task, id })
  if (!existing.creation.equals(creation)) throw new ApiError('conflict')
  return toTask(existing)
}

/** @throws ApiError `not_found`, or `precondition_failed` when `guard` does not allow the version that is there. */
export async function updateTask(
  tx: TasksTransaction,
  id: string,
  changes: TaskChanges,
  guard: VersionGuard,
): Promise<Task> {
  const { title, notes, completed, priority, dueOn } = changes
  const row = await tx
    .updateTable(TASKS)
    .set({
      ...(title !== undefined && { title }),
      ...(notes !== undefined && { notes }),
      ...(priority !== undefined && { priority }),
      ...(dueOn !== undefined && { due_on: dueOn }),
      ...(completed === true && { completed_at: sql<Date>`coalesce(completed_at, now())` }),
      ...(completed === false && { completed_at: null }),
      updated_at: sql`now()`,
      version: sql`version + 1`,
    })
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .where(isAlive)
    .where(hasVersion(guard))
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) return toTask(row)
  // Either there is none, or it has another version: which of the two decides the answer.
  await findTask(tx, id)
  throw new ApiError('precondition_failed')
}

/**
 * The policy `living_account` refuses what a token in flight would write for a deleted account. Postgres names a
 * restrictive policy in its refusal; without that name it is a right that is missing, and a fault of ours.
 */
function refuseDeleted(cause: unknown): never {
  const isBuried =
    readCode(cause) === '42501' &&
    cause instanceof Error &&
    cause.message.includes('"living_account"')
  throw isBuried ? new AuthError('token_revoked', { cause }) : cause
}

function contains(text: string) {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return (eb: Columns) => eb.or([eb('title', 'ilike', pattern), eb('notes', 'ilike', pattern)])
}

function toDigest({ title, notes, completed, priority, dueOn }: NewTask): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([title, notes, completed, priority, dueOn]))
    .digest()
}
