/** How many tasks a person has open, in one query. */
import { type Kysely, sql } from 'kysely'
import type { TasksAsker, TasksSchema } from '../database/database.js'
import { isAlive, TASKS } from './row.js'
import type { TaskCounts } from './schema.js'

/** @param today The day up to which a task is due, as `YYYY-MM-DD`. */
export async function countTasks(tx: TasksAsker, today: string): Promise<TaskCounts> {
  const [counts] = await tx.ask('counts', { userId: tx.userId, today }, (db, slot) =>
    selectCounts(db, slot('userId'), slot('today')),
  )
  // Counting answers one row, whatever there is to count.
  return counts as TaskCounts
}

/** The query: one pass over the open tasks, which an index finds without looking at the others. */
export function selectCounts(db: Kysely<TasksSchema>, userId: string, today: string) {
  return db
    .selectFrom(TASKS)
    .select([
      sql<number>`count(*)::int`.as('open'),
      sql<number>`count(*) filter (where due_on <= ${today})::int`.as('today'),
    ])
    .where('user_id', '=', userId)
    .where('completed', '=', false)
    .where(isAlive)
}
