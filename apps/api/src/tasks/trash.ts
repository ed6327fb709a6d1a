/** The trash: what is deleted can be brought back for 30 days, and is then gone for good. */
import { type RawBuilder, sql } from 'kysely'
import type { TasksTransaction } from '../database/database.js'
import { ApiError } from '../errors.js'
import { findTask } from './repository.js'
import {
  ACCOUNTS,
  hasVersion,
  isAlive,
  isInTrash,
  TASKS,
  toTask,
  trashEnds,
  type VersionGuard,
} from './row.js'
import type { EmptiedTrash, Task } from './schema.js'

/** Puts a task into the trash. Repeating it changes nothing and gives the same task. */
export async function trashTask(
  tx: TasksTransaction,
  id: string,
  guard: VersionGuard,
): Promise<Task> {
  const row = await tx
    .with('account', (db) =>
      db
        .updateTable(ACCOUNTS)
        .set({ trash_since: sql<Date>`coalesce(trash_since, now())` })
        .where('user_id', '=', tx.userId),
    )
    .updateTable(TASKS)
    .set({ deleted_at: sql`now()`, updated_at: sql`now()`, version: sql`version + 1` })
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .where(isAlive)
    .where(hasVersion(guard))
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) return toTask(row)
  const trashed = await findTrashed(tx, id)
  if (trashed !== undefined) return trashed
  await findTask(tx, id)
  throw new ApiError('precondition_failed')
}

/** Brings a task back from the trash. Repeating it changes nothing and gives the same task. */
export async function restoreTask(tx: TasksTransaction, id: string): Promise<Task> {
  const row = await tx
    .updateTable(TASKS)
    .set({ deleted_at: null, updated_at: sql`now()`, version: sql`version + 1` })
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .where(isInTrash)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? await findTask(tx, id) : toTask(row)
}

/** Deletes for good what has left the trash, and notes whether anything is left in it. */
export async function sweepOwnTrash(tx: TasksTransaction): Promise<void> {
  await deleteTrash(tx, trashEnds)
}

/**
 * Deletes for good what was put into the trash up to a moment. What had left it by then goes as well, and is not
 * counted: nobody sees it any more.
 *
 * @param until Default: all of it.
 */
export async function emptyTrash(tx: TasksTransaction, until?: string): Promise<EmptiedTrash> {
  const end = until === undefined ? sql<Date>`'infinity'::timestamptz` : new Date(until)
  return { deleted: await deleteTrash(tx, end) }
}

/** Gives back how many of them somebody could still have restored. */
async function deleteTrash(tx: TasksTransaction, until: RawBuilder<Date> | Date): Promise<number> {
  const { count } = await tx
    .with('gone', (db) =>
      db
        .deleteFrom(TASKS)
        .where('user_id', '=', tx.userId)
        .where('deleted_at', '<=', until)
        .returning('deleted_at'),
    )
    .selectFrom('gone')
    .select(sql<number>`count(*) filter (where deleted_at > ${trashEnds})::int`.as('count'))
    .executeTakeFirstOrThrow()
  await tx
    .updateTable(ACCOUNTS)
    .set((eb) => ({
      trash_since: eb
        .selectFrom(TASKS)
        .select((min) => min.fn.min('deleted_at').as('oldest'))
        .where('user_id', '=', tx.userId),
    }))
    .where('user_id', '=', tx.userId)
    .execute()
  return count
}

async function findTrashed(tx: TasksTransaction, id: string): Promise<Task | undefined> {
  const row = await tx
    .selectFrom(TASKS)
    .selectAll()
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .where(isInTrash)
    .executeTakeFirst()
  return row === undefined ? undefined : toTask(row)
}
