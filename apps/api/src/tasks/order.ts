/** The orders a list can be asked for in, and the SQL each stands for. */
import { type RawBuilder, sql } from 'kysely'

export const sorts = ['createdAt', 'updatedAt', 'dueOn', 'priority'] as const

export type Sort = (typeof sorts)[number]
export type Direction = 'asc' | 'desc'

/** A total order: the sort key, then the id, both in one direction. */
export interface Order {
  readonly sort: Sort
  readonly direction: Direction
}

/** Tasks on a page unless asked for otherwise. */
export const DEFAULT_LIMIT = 50

/** The most tasks on a page. */
export const MOST_TASKS = 200

/** Completes what a request left open. */
export function toOrder(sort: Sort, direction: Direction | undefined): Order {
  return { sort, direction: direction ?? (sort === 'dueOn' ? 'asc' : 'desc') }
}

/**
 * The expression an order sorts by; the indexes of the table hold exactly these. CASE and not coalesce, which Postgres
 * does not know to be leakproof: under row-level security it would then start no page inside the index.
 */
export function toSortKey({ sort, direction }: Order): RawBuilder<unknown> {
  switch (sort) {
    case 'createdAt':
      return sql`created_at`
    case 'updatedAt':
      return sql`updated_at`
    case 'priority':
      return sql`priority`
    case 'dueOn':
      return direction === 'asc'
        ? sql`case when due_on is null then 'infinity' else due_on end`
        : sql`case when due_on is null then '-infinity' else due_on end`
  }
}
