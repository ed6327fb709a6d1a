/** How far one search looks: what it may cost does not grow with what a person has written. */
import { type Kysely, sql } from 'kysely'
import type { TasksSchema, TasksTransaction } from '../database/database.js'
import { type Position, readCursor } from './cursor.js'
import { type Sort, toOrder, toSortKey } from './order.js'
import { isAlive, isInTrash, TASKS } from './row.js'
import type { ListQuery, Task } from './schema.js'

/** The last task that a search looks at; the next page goes on behind it. */
export type SearchEnd = Pick<Task, Sort | 'id'>

/** Bytes of text that one search reads, as far as every text is compared with a short pattern. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * Bytes of text times bytes of pattern: at worst each byte of the one is compared with each of the other, as in
 * `aaa…b` looked for among `aaa…`.
 */
const MOST_COMPARISONS = 12 * 1024 * 1024

/** The part of a person's tasks that a query goes through, in its order. */
export function selectOrdered(tx: TasksTransaction, query: ListQuery) {
  return selectBehind(tx, tx.userId, query, readPosition(query))
}

/** Where the page before ended, unless it is the first page. */
export function readPosition({ sort, order, cursor }: ListQuery): Position | undefined {
  return cursor === undefined ? undefined : readCursor(toOrder(sort, order), cursor)
}

/** The tasks of one person behind a position, in order. */
export function selectBehind(
  db: Kysely<TasksSchema>,
  userId: string,
  query: ListQuery,
  position: Position | undefined,
) {
  const order = toOrder(query.sort, query.order)
  const key = toSortKey(order)
  const after = sql.raw(order.direction === 'asc' ? '>' : '<')
  return db
    .selectFrom(TASKS)
    .where('user_id', '=', userId)
    .where(query.deleted === 'true' ? isInTrash : isAlive)
    .$if(query.status !== 'all', (q) => q.where('completed', '=', query.status === 'done'))
    .$if(position !== undefined, (q) =>
      q.where(sql<boolean>`(${key}, id) ${after} (${position?.key}, ${position?.id})`),
    )
    .orderBy(key, order.direction)
    .orderBy('id', order.direction)
}

/** Where a search for `text` has to stop, or null when it may look at everything. Only lengths are read for it. */
export async function findSearchEnd(
  tx: TasksTransaction,
  query: ListQuery,
  text: string,
  share: number,
): Promise<SearchEnd | null> {
  const order = toOrder(query.sort, query.order)
  const key = toSortKey(order)
  const direction = sql.raw(order.direction)
  const budget = share * Math.min(MOST_BYTES, MOST_COMPARISONS / Buffer.byteLength(text))
  const lengths = selectOrdered(tx, query)
    .select(['id', 'created_at', 'updated_at', 'priority', 'due_on'])
    .select(
      sql<string>`sum(octet_length(title) + octet_length(notes)) over (
        order by ${key} ${direction}, id ${direction} rows unbounded preceding
      )`.as('read'),
    )
    .select(
      sql<boolean>`lead(id) over (order by ${key} ${direction}, id ${direction}) is null`.as(
        'is_last',
      ),
    )
  // One task alone is looked at in any case.
  const row = await tx
    .selectFrom(lengths.as('lengths'))
    .selectAll()
    .where('read', '>=', String(Math.floor(budget)))
    .orderBy('read')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined || row.is_last) return null
  return {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    priority: row.priority,
    dueOn: row.due_on,
  }
}
