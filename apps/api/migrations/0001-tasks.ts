/** The tables: one row for each person with data here, one for each task. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // "trash_since" tells the sweep who has something in the trash, without reading anybody's tasks.
  await sql`
    create table claimcheck_tasks.accounts (
      user_id     text collate "C" primary key check (user_id <> ''),
      created_at  timestamptz(3) not null default now(),
      trash_since timestamptz(3)
    )
  `.execute(db)

  // Milliseconds and not microseconds: what a client is given is then exactly what is stored, also in a cursor.
  // "creation" is a digest of what the client sent to create the task, so that sending it again can be told from
  // sending something else under the same id. The key begins with the person: two people may use the same id, and
  // neither can find out.
  await sql`
    create table claimcheck_tasks.tasks (
      user_id      text collate "C" not null references claimcheck_tasks.accounts check (user_id <> ''),
      id           uuid not null,
      title        text not null check (char_length(title) between 1 and 500),
      notes        text not null default '' check (char_length(notes) <= 10000),
      completed    boolean generated always as (completed_at is not null) stored not null,
      completed_at timestamptz(3),
      priority     smallint not null default 0 check (priority between 0 and 3),
      due_on       date,
      created_at   timestamptz(3) not null default now(),
      updated_at   timestamptz(3) not null default now(),
      deleted_at   timestamptz(3),
      version      integer not null default 1 check (version > 0),
      creation     bytea not null,
      primary key (user_id, id)
    )
  `.execute(db)
}
