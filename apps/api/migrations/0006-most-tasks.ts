/** A person has at most 20 000 tasks, those in the trash included. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // In the database, so that it costs no round trip and holds for whatever writes. It counts as whoever inserts, and
  // sees their rows. Near the end it has who creates several at once wait for each other: what the one before has
  // written is then counted as well. A task that is sent again under its id is an update, and not one more.
  await sql`
    create function claimcheck_tasks.assert_room() returns trigger language plpgsql as $$
    declare
      most constant integer := 20000;
      person text;
    begin
      for person in select distinct user_id from added loop
        if (select count(*) from claimcheck_tasks.tasks where user_id = person) > most - 200 then
          perform from claimcheck_tasks.accounts where user_id = person for no key update;
          if (select count(*) from claimcheck_tasks.tasks where user_id = person) > most then
            raise exception 'too many tasks' using errcode = 'CC001';
          end if;
        end if;
      end loop;
      return null;
    end $$
  `.execute(db)
  await sql`
    create trigger room_for_more after insert on claimcheck_tasks.tasks
      referencing new table as added
      for each statement execute function claimcheck_tasks.assert_room()
  `.execute(db)
}
