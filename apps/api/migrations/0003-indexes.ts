/** One index for each order in which a list can be asked for; each is read forwards and backwards. */
import { type Kysely, sql } from 'kysely'

/**
 * All begin with the person, go on with the sort key and end with the id, which makes the order total: a page
 * starts by descending to its first row, however far down the list that is. `completed` comes last so that
 * `status=open` skips finished tasks inside the index. Every comparison in them is leakproof, which lets Postgres
 * use them although row-level security is on.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index tasks_by_creation on claimcheck_tasks.tasks (user_id, created_at, id, completed)
      where deleted_at is null
  `.execute(db)
  await sql`
    create index tasks_by_update on claimcheck_tasks.tasks (user_id, updated_at, id, completed)
      where deleted_at is null
  `.execute(db)
  await sql`
    create index tasks_by_priority on claimcheck_tasks.tasks (user_id, priority, id, completed)
      where deleted_at is null
  `.execute(db)
  // A task without a date is due last, whichever way the list runs; that takes one index for each way.
  await sql`
    create index tasks_by_due_date on claimcheck_tasks.tasks
      (user_id, (case when due_on is null then 'infinity' else due_on end), id, completed)
      where deleted_at is null
  `.execute(db)
  await sql`
    create index tasks_by_due_date_backwards on claimcheck_tasks.tasks
      (user_id, (case when due_on is null then '-infinity' else due_on end), id, completed)
      where deleted_at is null
  `.execute(db)
  // The trash is small: one index finds a person's part of it, and the sort is done in memory.
  await sql`
    create index tasks_in_trash on claimcheck_tasks.tasks (user_id, deleted_at)
      where deleted_at is not null
  `.execute(db)
  await sql`
    create index accounts_with_trash on claimcheck_tasks.accounts (trash_since)
      where trash_since is not null
  `.execute(db)
}
