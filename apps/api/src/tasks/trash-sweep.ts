/** Deletes for good what left the trash, also of people who never come back. */
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import { toFailure } from '../failure.js'
import { sweepOwnTrash } from './trash.js'

export interface TrashSweep {
  stop(): void
}

/** Milliseconds between two sweeps. */
const INTERVAL_MS = 60 * 60 * 1000

/** People looked up at a time. */
const BATCH = 200

/** Sweeps now and then until stopped. Several processes may do so at once: deleting twice deletes once. */
export function startTrashSweep(pool: pg.Pool, database: Database, log: Logger): TrashSweep {
  const timer = setInterval(() => {
    sweepTrash(pool, database).then(
      (people) => log.info({ people }, 'trash swept'),
      (error: unknown) => log.warn({ failure: toFailure(error) }, 'trash not swept'),
    )
  }, INTERVAL_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/**
 * Empties the trash of everybody who has something in it for more than 30 days. The login only learns who that
 * is; the rows are deleted as the person they belong to.
 *
 * @returns for how many people.
 */
export async function sweepTrash(pool: pg.Pool, database: Database): Promise<number> {
  let people = 0
  let last = ''
  for (;;) {
    const { rows } = await pool.query<{ user_id: string }>(
      `select user_id from claimcheck_tasks.accounts
       where trash_since <= now() - interval '30 days' and user_id > $1
       order by user_id limit ${BATCH}`,
      [last],
    )
    for (const { user_id } of rows) {
      await database.asUser(user_id, sweepOwnTrash)
      last = user_id
      people += 1
    }
    if (rows.length < BATCH) return people
  }
}
