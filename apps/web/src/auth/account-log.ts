/** What happened to an account lately, for its owner to look through. */
import { sql } from 'kysely'
import { getAddressHeader } from './client-address.js'
import type { Background } from './mail/background.js'
import type { AuthDatabase } from './store/database.js'
import { authSchema, LONGEST_USER_AGENT } from './store/tables.js'

export type AccountEventKind =
  | 'signed in'
  | 'password changed'
  | 'address changed'
  | 'devices ended'

export interface AccountEvent {
  readonly kind: AccountEventKind
  readonly at: Date
  /** What the browser called itself; null where it said nothing. */
  readonly userAgent: string | null
  /** Where the request came from; null where that is not known. */
  readonly address: string | null
}

export interface AccountLog {
  /**
   * Writes down what happened just now. It has happened, also where that cannot be written down: then the log says so.
   *
   * @param headers Of the request that did it; absent where a page of ours did not send it.
   * @returns Resolved when it is written down, or cannot be.
   */
  note(
    userId: string,
    kind: AccountEventKind,
    headers: Pick<Headers, 'get'> | undefined,
  ): Promise<void>
  /** The newest first. */
  list(userId: string, most: number): Promise<readonly AccountEvent[]>
  forget(userId: string): Promise<void>
}

/** Events that are kept of one person. */
const MOST_KEPT = 100

const table = sql.table(`${authSchema}.account_event`)

export function createAccountLog(database: AuthDatabase, background: Background): AccountLog {
  async function write(
    userId: string,
    { kind, userAgent, address }: Omit<AccountEvent, 'at'>,
  ): Promise<void> {
    await sql`
      insert into ${table} (user_id, kind, user_agent, address)
      values (${userId}, ${kind}, ${userAgent?.slice(0, LONGEST_USER_AGENT) ?? null}, ${address})`.execute(
      database,
    )
    await sql`
      delete from ${table} where user_id = ${userId} and id <= (
        select id from ${table} where user_id = ${userId} order by id desc offset ${MOST_KEPT} limit 1
      )`.execute(database)
  }

  return {
    note(userId, kind, headers) {
      const userAgent = headers?.get('user-agent') ?? null
      const address = headers?.get(getAddressHeader()) ?? null
      return new Promise((resolve) => {
        background.run('What happened to an account could not be written down', () =>
          write(userId, { kind, userAgent, address }).finally(resolve),
        )
      })
    },
    async list(userId, most) {
      const { rows } = await sql<AccountEvent>`
        select kind, at, user_agent as "userAgent", address from ${table}
        where user_id = ${userId} order by id desc limit ${most}`.execute(database)
      return rows
    },
    async forget(userId) {
      await sql`delete from ${table} where user_id = ${userId}`.execute(database)
    },
  }
}
