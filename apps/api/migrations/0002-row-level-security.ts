/** The second fence: rows exist only for the person the transaction speaks for. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // A setting that was local to a transaction is '' afterwards, not null: nullif makes both match nobody.
  await sql`
    create policy own_tasks on claimcheck_tasks.tasks
      using (user_id = nullif(current_setting('app.user_id', true), ''))
      with check (user_id = nullif(current_setting('app.user_id', true), ''))
  `.execute(db)
  // Forced, so that it holds for the owner of the table as well.
  await sql`
    alter table claimcheck_tasks.tasks enable row level security, force row level security
  `.execute(db)

  // Not forced here: the owner, which is the login of the API, reads who has trash to sweep, and no more than that.
  await sql`
    create policy own_account on claimcheck_tasks.accounts
      using (user_id = nullif(current_setting('app.user_id', true), ''))
      with check (user_id = nullif(current_setting('app.user_id', true), ''))
  `.execute(db)
  await sql`alter table claimcheck_tasks.accounts enable row level security`.execute(db)
}
