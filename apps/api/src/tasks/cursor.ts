/** Where a page ended: opaque to clients, bound to the order it was made for. */
import { z } from '@hono/zod-openapi'
import { ApiError } from '../errors.js'
import type { Order, Sort } from './order.js'
import type { Task } from './schema.js'

/** The last row of a page: the value it was sorted by, and its id. */
export interface Position {
  readonly key: string | number
  readonly id: string
}

/** Milliseconds up to the year 9999, so that nothing a client makes up reaches beyond what Postgres can hold. */
const moment = z.int().min(0).max(253_402_300_799_999)

const keys = {
  createdAt: moment,
  updatedAt: moment,
  priority: z.int().min(0).max(3),
  dueOn: z.union([z.iso.date().refine((day) => !day.startsWith('0000')), z.null()]),
} as const

/** The cursor behind the last task of a page. */
export function toCursor<Row extends Pick<Task, Sort | 'id'>>(order: Order, task: Row): string {
  const key =
    order.sort === 'createdAt' || order.sort === 'updatedAt'
      ? Date.parse(task[order.sort])
      : task[order.sort]
  return Buffer.from(JSON.stringify([order.sort, order.direction, key, task.id])).toString(
    'base64url',
  )
}

/**
 * Reads a cursor.
 *
 * @throws ApiError `validation_failed` unless {@link toCursor} made it for this order.
 */
export function readCursor(order: Order, cursor: string): Position {
  const parsed = z
    .tuple([z.literal(order.sort), z.literal(order.direction), keys[order.sort], z.uuid()])
    .safeParse(decode(cursor))
  if (!parsed.success) {
    throw new ApiError('validation_failed', {
      errors: [
        {
          path: 'cursor',
          message: 'Must be the nextCursor of a page with the same sort and order.',
        },
      ],
    })
  }
  const [, , key, id] = parsed.data
  return { key: toSqlValue(order, key), id }
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function toSqlValue({ sort, direction }: Order, key: string | number | null): string | number {
  if (key === null) return direction === 'asc' ? 'infinity' : '-infinity'
  if (sort === 'createdAt' || sort === 'updatedAt') return new Date(key).toISOString()
  return key
}
