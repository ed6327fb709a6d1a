/**
 * The links that people are sent. Better Auth signs some and stores others; which of them still count
 * is written down here, so that each works once and all of a person's die together.
 */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { AuthDatabase } from './store/database.js'
import { authSchema } from './store/tables.js'

export interface EmailLink {
  /** What the link carries; only its digest is kept. */
  readonly token: string
  readonly userId: string
  /** The person's address at the time: with another one, the link no longer counts. */
  readonly email: string
}

export interface EmailLinks {
  /** Lets a link count, for an hour. */
  issue(link: EmailLink): Promise<void>
  /** Whether a link still counts. */
  counts(token: string): Promise<boolean>
  /**
   * Uses a link up.
   *
   * @returns `first` for whoever comes first, `again` for everybody after, `dead` where it never
   * counted or does not any more.
   */
  use(token: string): Promise<'first' | 'again' | 'dead'>
  /** Ends every link of a person. */
  endAll(userId: string): Promise<void>
  /**
   * Ends the links that a person was sent under an earlier address.
   *
   * @returns How many there were.
   */
  endOlder(userId: string, email: string): Promise<number>
}

/** Seconds; as long as Better Auth's own links work. */
export const LINK_LIFETIME = 3600

const table = sql.table(`${authSchema}.email_link`)

export function createEmailLinks(database: AuthDatabase): EmailLinks {
  return {
    async issue({ token, userId, email }) {
      await sql`delete from ${table} where expires_at < now()`.execute(database)
      await sql`
        insert into ${table} (digest, user_id, email, expires_at)
        values (${digest(token)}, ${userId}, ${email.toLowerCase()}, now() + make_interval(secs => ${LINK_LIFETIME}))
        on conflict (digest) do nothing`.execute(database)
    },
    async counts(token) {
      const { rows } = await sql`
        select 1 from ${table}
        where digest = ${digest(token)} and used_at is null and expires_at > now()`.execute(
        database,
      )
      return rows.length > 0
    },
    async use(token) {
      const { rows } = await sql`
        update ${table} set used_at = now()
        where digest = ${digest(token)} and used_at is null and expires_at > now()
        returning 1`.execute(database)
      if (rows.length > 0) return 'first'
      const known = await sql`select 1 from ${table} where digest = ${digest(token)}`.execute(
        database,
      )
      return known.rows.length > 0 ? 'again' : 'dead'
    },
    async endAll(userId) {
      await sql`delete from ${table} where user_id = ${userId}`.execute(database)
    },
    async endOlder(userId, email) {
      const { numAffectedRows } = await sql`
        delete from ${table}
        where user_id = ${userId} and email <> ${email.toLowerCase()}`.execute(database)
      return Number(numAffectedRows ?? 0)
    },
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
