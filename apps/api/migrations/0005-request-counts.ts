/** Where processes that share no Redis add up how often somebody asked. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // The columns are those of rate-limiter-flexible. A key is a minute and a digest, a row is of use for two minutes,
  // and losing all of them in a crash is nothing: hence unlogged. Requests have no right to it.
  await sql`
    create unlogged table claimcheck_tasks.request_counts (
      key    varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    )
  `.execute(db)
}
