/**
 * The rows behind the feed: written before the change they belong to, or the change does not
 * happen.
 */
import type { AuthContext, Where } from 'better-auth'
import { toRevocationEntry } from '../contract.js'
import { toUnavailable } from './outage.js'
import type { RevocationRow } from './schema.js'

/** A database adapter, or the one of a transaction. */
export type Adapter = Omit<AuthContext['adapter'], 'transaction'>

/** What the log says about one token's session and person. */
export interface Verdict {
  readonly isRevoked: boolean
  /** Seconds since 1970; tokens with a smaller `iat` are refused. 0 refuses none. */
  readonly notBefore: number
}

export interface RevocationLog {
  /** Records that the sessions which match are about to end. */
  endSessions(adapter: Adapter, where: Where[]): Promise<void>
  /** Records that every session of these people is about to end. */
  endSessionsOf(adapter: Adapter, userIds: readonly string[]): Promise<void>
  /** Records that these people are about to be deleted. */
  deletePeople(adapter: Adapter, userIds: readonly string[]): Promise<void>
  /** Records that every token issued so far is refused; gives the first second of the good ones. */
  refuseEarlier(adapter: Adapter, notBefore: number): Promise<void>
  /** Records once more what a transaction recorded that took so long that it may be overlooked. */
  confirm(adapter: Adapter, rows: readonly NewRow[]): Promise<void>
  judge(adapter: Adapter, sessionId: string, userId: string): Promise<Verdict>
}

/** A row as it is written. */
export type NewRow = Omit<RevocationRow, 'id'>

export interface RevocationLogOptions {
  readonly issuer: string
  /** How long an ended session is listed, and a deleted person, in milliseconds. */
  readonly retention: number
  readonly purgeTime: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The entry of rows of the kind `all`: no digest looks like it. */
export const everybody = '*'
/** Better Auth's adapters read 100 rows when not told; nobody has this many sessions. */
export const EVERY_ROW = 1_000_000

/** Seconds by which the clocks of issuer processes may differ. */
const CLOCK_SKEW = 5
/**
 * How old a row may be when it is there for others to read, in milliseconds. A look goes back 8 s behind the one
 * before; less the difference of the clocks, this is what is left, and half a second.
 */
const OLDEST_COMMIT = 2_500
const MOST_WRITES = 3
/** How many digests one query asks for, and how many rows are written at the same time. */
const QUESTION_SIZE = 200
const WRITERS = 8

export function createRevocationLog(options: RevocationLogOptions): RevocationLog {
  const { issuer, retention, purgeTime, now } = options

  async function write(
    adapter: Adapter,
    kind: 'sid' | 'sub',
    ids: readonly string[],
    time: number,
  ): Promise<void> {
    if (ids.length === 0) return
    const entries = await Promise.all(ids.map((id) => toRevocationEntry(issuer, kind, id)))
    const listed = await readListed(adapter, entries, now())
    const missing = [...new Set(entries)].filter((entry) => !listed.has(entry))
    await eachOf(missing, (entry) => writeInTime(adapter, { kind, entry }, time))
  }

  /** A row that took long to be written may be older than what is looked at, and is written again. */
  async function writeInTime(
    adapter: Adapter,
    row: Pick<NewRow, 'kind' | 'entry' | 'notBefore'>,
    time: number,
  ): Promise<void> {
    for (let written = 0; written < MOST_WRITES; written += 1) {
      const at = now()
      const data = { ...row, createdAt: new Date(at), until: new Date(at + time) }
      await adapter.create({ model: 'revocation', data })
      if (now() - at <= OLDEST_COMMIT) return
    }
    throw new Error('Rows are written too slowly to be found by others in time')
  }

  async function endSessions(adapter: Adapter, where: Where[]): Promise<void> {
    const sessions = await adapter.findMany<{ id: string; expiresAt: Date }>({
      model: 'session',
      where,
      limit: EVERY_ROW,
    })
    // Tokens end with their session, so there is nothing to revoke of one that has run out.
    const alive = sessions.filter(({ expiresAt }) => new Date(expiresAt).getTime() > now())
    const ids = alive.map(({ id }) => String(id))
    await write(adapter, 'sid', ids, retention)
  }

  return {
    endSessions: (adapter, where) => recorded(() => endSessions(adapter, where)),
    endSessionsOf: (adapter, userIds) =>
      recorded(async () => {
        if (userIds.length === 0) return
        await endSessions(adapter, [{ field: 'userId', operator: 'in', value: [...userIds] }])
      }),
    deletePeople: (adapter, userIds) => recorded(() => write(adapter, 'sub', userIds, purgeTime)),
    refuseEarlier: (adapter, notBefore) =>
      recorded(async () => {
        const row = {
          kind: 'all' as const,
          entry: everybody,
          notBefore: new Date(notBefore * 1000),
        }
        await writeInTime(adapter, row, notBefore * 1000 + retention - now())
      }),
    confirm: (adapter, rows) =>
      recorded(async () => {
        const late = rows.filter(({ createdAt }) => now() - createdAt.getTime() > OLDEST_COMMIT)
        await eachOf(late, ({ createdAt, until, ...row }) =>
          writeInTime(adapter, row, until.getTime() - createdAt.getTime()),
        )
      }),
    async judge(adapter, sessionId, userId) {
      const sid = await toRevocationEntry(issuer, 'sid', sessionId)
      const sub = await toRevocationEntry(issuer, 'sub', userId)
      const rows = await adapter.findMany<RevocationRow>({
        model: 'revocation',
        where: [
          { field: 'entry', operator: 'in', value: [sid, sub, everybody] },
          { field: 'until', operator: 'gt', value: new Date(now()) },
        ],
        limit: EVERY_ROW,
      })
      return {
        isRevoked: rows.some(({ entry }) => entry !== everybody),
        notBefore: readNotBefore(rows),
      }
    },
  }
}

/**
 * What a brake for everybody says, in seconds since 1970: the next whole second, and as much more as the clocks of
 * issuer processes may differ, since one that is ahead has stamped tokens of a later time.
 */
export function toNotBefore(at: number): number {
  return Math.floor(at / 1000) + 1 + CLOCK_SKEW
}

/** When a brake was put on: the start of that second, in milliseconds since 1970. */
export function toBrakeTime(notBefore: number): number {
  return (notBefore - 1 - CLOCK_SKEW) * 1000
}

/** The latest of all brakes, in seconds since 1970. */
function readNotBefore(rows: readonly RevocationRow[]): number {
  return rows.reduce((latest, { notBefore }) => {
    return notBefore ? Math.max(latest, Math.floor(new Date(notBefore).getTime() / 1000)) : latest
  }, 0)
}

/** Those that have just been recorded. An older row may be one that came too late to be found, and is not relied on. */
async function readListed(
  adapter: Adapter,
  entries: readonly string[],
  at: number,
): Promise<Set<string>> {
  const listed = new Set<string>()
  for (let from = 0; from < entries.length; from += QUESTION_SIZE) {
    const value = entries.slice(from, from + QUESTION_SIZE)
    const rows = await adapter.findMany<RevocationRow>({
      model: 'revocation',
      where: [
        { field: 'entry', operator: 'in', value },
        { field: 'createdAt', operator: 'gt', value: new Date(at - OLDEST_COMMIT) },
      ],
      limit: EVERY_ROW,
    })
    for (const { entry } of rows) listed.add(entry)
  }
  return listed
}

/**
 * Waits for every one, also after a failure: nothing must be written once the request was answered.
 */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += WRITERS) {
    const results = await Promise.allSettled(items.slice(from, from + WRITERS).map(work))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }
}

/** What cannot be recorded must not happen: the request ends with 503. */
async function recorded(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw Object.assign(toUnavailable('Signing out cannot be recorded right now'), { cause })
  }
}
