/**
 * One person's tasks in Postgres. Every query names the person although row-level security would do so by itself:
 * each of the two fences holds without the other.
 */
import { randomUUID } from 'node:crypto'
import { AuthError } from 'claimcheck'
import { type Kysely, sql } from 'kysely'
import type { TasksAsker, TasksSchema, TasksTransaction } from '../database/database.js'
import type { Slot } from '../database/shapes.js'
import { readCode } from '../database/unavailable.js'
import { ApiError } from '../errors.js'
import { readCursor, toCursor } from './cursor.js'
import {
  fieldColumns,
  toChangedColumns,
  toCreatedColumns,
  toDigest,
  toFieldsShape,
} from './fields.js'
import { toOrder, toSortKey } from './order.js'
import {
  ACCOUNTS,
  type Columns,
  hasVersion,
  isAlive,
  TASKS,
  taskColumns,
  toReadTask,
  toTask,
  trashEnds,
  type VersionGuard,
} from './row.js'
import type { ListQuery, NewTask, Task, TaskChanges, TaskList } from './schema.js'
import {
  findSearchEnd,
  readPosition,
  type SearchEnd,
  selectBehind,
  selectOrdered,
} from './search.js'

/** What the trigger `room_for_more` calls a task that is one too many. */
const NO_ROOM = 'CC001'

/**
 * One page of the tasks, or of the trash. Tasks that are there the whole time appear exactly once over all pages.
 *
 * @param share The part of its usual reach that a search has. Default: 1.
 */
export async function listTasks(
  tx: TasksTransaction,
  query: ListQuery,
  share = 1,
): Promise<TaskList> {
  if (query.q === undefined) return readPage(tx, query)
  const end = await findSearchEnd(tx, query, query.q, share)
  const rows = await selectTasks(tx, query, end).execute()
  const tasks = rows.slice(0, query.limit).map(toTask)
  const last = rows.length > query.limit ? tasks.at(-1) : end
  return {
    tasks,
    nextCursor: last ? toCursor(toOrder(query.sort, query.order), last) : null,
  }
}

/** One page of all tasks, or of the trash, without looking for anything. */
export async function readPage(tx: TasksAsker, query: ListQuery): Promise<TaskList> {
  const order = toOrder(query.sort, query.order)
  const position = readPosition(query)
  const { status, deleted, limit } = query
  const shape = [
    'page',
    order.sort,
    order.direction,
    status,
    deleted,
    limit,
    position !== undefined,
  ]
  const values = { userId: tx.userId, key: position?.key, id: position?.id }
  const rows = await tx.ask(shape.join(), values, (db, slot) =>
    selectBehind(
      db,
      slot('userId'),
      query,
      position && { key: slot<string>('key'), id: slot<string>('id') },
    )
      .select(taskColumns)
      // Not a parameter: Postgres plans a prepared query for any value of one, and then expects to read a long list.
      .limit(sql.lit(limit + 1)),
  )
  const tasks = rows.slice(0, limit).map(toReadTask)
  const last = rows.length > limit ? tasks.at(-1) : undefined
  return { tasks, nextCursor: last ? toCursor(order, last) : null }
}

/**
 * The query of a page, and one row more, which tells whether there is another.
 *
 * @param end The last task to look at. Default: none, all of them.
 */
export function selectTasks(tx: TasksTransaction, query: ListQuery, end: SearchEnd | null = null) {
  const order = toOrder(query.sort, query.order)
  const key = toSortKey(order)
  const until = sql.raw(order.direction === 'asc' ? '<=' : '>=')
  const last = end === null ? undefined : readCursor(order, toCursor(order, end))
  return selectOrdered(tx, query)
    .selectAll()
    .$if(query.q !== undefined, (q) => q.where(contains(query.q ?? '')))
    .$if(last !== undefined, (q) =>
      q.where(sql<boolean>`(${key}, id) ${until} (${last?.key}, ${last?.id})`),
    )
    .limit(query.limit + 1)
}

/** @throws ApiError `not_found` when there is none, or it is in the trash. */
export async function findTask(tx: TasksAsker, id: string): Promise<Task> {
  const [row] = await tx.ask('one', { userId: tx.userId, id }, (db, slot) =>
    db
      .selectFrom(TASKS)
      .select(taskColumns)
      .where('user_id', '=', slot<string>('userId'))
      .where('id', '=', slot<string>('id'))
      .where(isAlive),
  )
  if (row === undefined) throw new ApiError('not_found')
  return toReadTask(row)
}

/**
 * Creates a task. With an id that this person used before, the same content gives that task, as it is now; an id
 * whose task has left the trash is free again.
 *
 * @throws ApiError `conflict` when the id was used with another content, `too_many_tasks` when there is no room.
 */
export async function createTask(tx: TasksTransaction, task: NewTask): Promise<Task> {
  const { id = randomUUID() } = task
  const created = await tryCreateTask(tx, { ...task, id })
  if (created !== undefined) return created

  const existing = await tx
    .selectFrom(TASKS)
    .selectAll()
    .where('user_id', '=', tx.userId)
    .where('id', '=', id)
    .executeTakeFirst()
  // Between the two queries the old task left the trash and was swept up: the id is free now.
  if (existing === undefined) return createTask(tx, { ...task, id })
  if (!existing.creation.equals(toDigest(task))) throw new ApiError('conflict')
  return toTask(existing)
}

/**
 * The one statement of {@link createTask} where its id is new, which nearly all are; undefined where it is not.
 *
 * @throws ApiError `too_many_tasks` when there is no room.
 */
export async function tryCreateTask(tx: TasksAsker, task: NewTask): Promise<Task | undefined> {
  const { id = randomUUID() } = task
  const values = { ...task, userId: tx.userId, id, creation: toDigest(task) }
  const [row] = await tx
    .ask(`create,${toFieldsShape(task)}`, values, (db, slot) => insertTask(db, task, slot))
    .catch(explainRefusal)
  return row && toReadTask(row)
}

function insertTask(db: Kysely<TasksSchema>, task: NewTask, slot: Slot) {
  const userId = slot<string>('userId')
  return db
    .with('account', (accounts) =>
      accounts
        .insertInto(ACCOUNTS)
        .values({ user_id: userId })
        .onConflict((conflict) => conflict.doNothing()),
    )
    .insertInto(TASKS)
    .values({
      user_id: userId,
      id: slot<string>('id'),
      ...toCreatedColumns(task, slot),
      creation: slot<Buffer>('creation'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'id'])
        .doUpdateSet((eb) => ({
          ...Object.fromEntries(
            fieldColumns.map((column) => [column, eb.ref(`excluded.${column}`)]),
          ),
          created_at: eb.ref('excluded.created_at'),
          updated_at: eb.ref('excluded.updated_at'),
          deleted_at: null,
          version: 1,
          creation: eb.ref('excluded.creation'),
        }))
        .where(sql<boolean>`tasks.deleted_at <= ${trashEnds}`),
    )
    .returning(taskColumns)
}

/** @throws ApiError `not_found`, or `precondition_failed` when `guard` does not allow the version that is there. */
export async function updateTask(
  tx: TasksTransaction,
  id: string,
  changes: TaskChanges,
  guard: VersionGuard,
): Promise<Task> {
  const updated = await tryUpdateTask(tx, id, changes, guard)
  if (updated !== undefined) return updated
  // Either there is none, or it has another version: which of the two decides the answer.
  await findTask(tx, id)
  throw new ApiError('precondition_failed')
}

/** The one statement of {@link updateTask} where nothing is in the way; undefined where something is. */
export async function tryUpdateTask(
  tx: TasksAsker,
  id: string,
  changes: TaskChanges,
  guard: VersionGuard,
): Promise<Task | undefined> {
  const shape = ['change', toFieldsShape(changes), guard !== undefined]
  const values = { ...changes, userId: tx.userId, id, guard }
  const [row] = await tx.ask(shape.join(), values, (db, slot) =>
    db
      .updateTable(TASKS)
      .set({
        ...toChangedColumns(changes, slot),
        updated_at: sql`now()`,
        version: sql`version + 1`,
      })
      .where('user_id', '=', slot<string>('userId'))
      .where('id', '=', slot<string>('id'))
      .where(isAlive)
      .where(hasVersion(guard && slot<readonly number[]>('guard')))
      .returning(taskColumns),
  )
  return row && toReadTask(row)
}

/**
 * The policy `living_account` refuses what a token in flight would write for a deleted account. Postgres names a
 * restrictive policy in its refusal; without that name it is a right that is missing, and a fault of ours.
 */
function explainRefusal(cause: unknown): never {
  const code = readCode(cause)
  const isBuried =
    code === '42501' && cause instanceof Error && cause.message.includes('"living_account"')
  if (isBuried) throw new AuthError('token_revoked', { cause })
  throw code === NO_ROOM ? new ApiError('too_many_tasks', { cause }) : cause
}

function contains(text: string) {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return (eb: Columns) => eb.or([eb('title', 'ilike', pattern), eb('notes', 'ilike', pattern)])
}
