/** What it takes to forget a person: how the issuer names them, and when their data went. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // "entry" is how the issuer's feed names the person: a digest, filled in by the sweep. "deleted_at" is a tombstone:
  // it stays until no token of that person can be alive.
  await sql`
    alter table claimcheck_tasks.accounts add column entry text, add column deleted_at timestamptz(3)
  `.execute(db)
  await sql`
    create index accounts_by_entry on claimcheck_tasks.accounts (entry) where deleted_at is null
  `.execute(db)
  await sql`
    create index accounts_without_entry on claimcheck_tasks.accounts (user_id) where entry is null
  `.execute(db)
  await sql`
    create index accounts_deleted on claimcheck_tasks.accounts (deleted_at) where deleted_at is not null
  `.execute(db)
  // A token that is still in flight must not bring anything back.
  await sql`
    create policy living_account on claimcheck_tasks.tasks as restrictive for insert
      with check (not exists (
        select from claimcheck_tasks.accounts a
        where a.user_id = tasks.user_id and a.deleted_at is not null
      ))
  `.execute(db)
}
