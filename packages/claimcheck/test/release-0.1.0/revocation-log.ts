/**
 * The rows behind the feed: written before the change they belong to, or the change does not
 * happen.
 */
import type { AuthContext, Where } from 'better-auth'
import { type RevocationRow, toRevocationEntry, toUnavailable } from './contract.js'

/** A database adapter, or the one of a transaction. */
type Adapter = Omit<AuthContext['adapter'], 'transaction'>

/** What the log says about one token's session and person. */
interface Verdict {
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
  judge(adapter: Adapter, sessionId: string, userId: string): Promise<Verdict>
}

interface RevocationLogOptions {
  readonly issuer: string
  /** Longest lifetime of a token, in seconds. */
  readonly expiration: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The entry of rows of the kind `all`: no digest looks like it. */
const everybody = '*'
/** Better Auth's adapters read 100 rows when not told; nobody has this many sessions. */
export const EVERY_ROW = 1_000_000

/** Seconds that an entry stays beyond the longest lifetime of a token. */
const MARGIN = 90
/**
 * Seconds for which a deleted person stays listed, so that an API which was away purges the data.
 */
const PURGE_TIME = 30 * 86_400
/** How many digests one query asks for, and how many rows are written at the same time. */
const QUESTION_SIZE = 200
const WRITERS = 8

export function createRevocationLog(options: RevocationLogOptions): RevocationLog {
  const { issuer, expiration, now } = options
  const retention = (expiration + MARGIN) * 1000

  async function write(
    adapter: Adapter,
    kind: 'sid' | 'sub',
    ids: readonly string[],
    time: number,
  ): Promise<void> {
    if (ids.length === 0) return
    const entries = await Promise.all(ids.map((id) => toRevocationEntry(issuer, kind, id)))
    const at = now()
    const listed = await readListed(adapter, entries, at + time - MARGIN * 500)
    const missing = [...new Set(entries)].filter((entry) => !listed.has(entry))
    const row = { kind, createdAt: new Date(at), until: new Date(at + time) }
    await eachOf(missing, (entry) =>
      adapter.create({ model: 'revocation', data: { ...row, entry } }),
    )
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
    deletePeople: (adapter, userIds) =>
      recorded(() => write(adapter, 'sub', userIds, Math.max(PURGE_TIME * 1000, retention))),
    refuseEarlier: (adapter, notBefore) =>
      recorded(async () => {
        const data = {
          kind: 'all',
          entry: everybody,
          notBefore: new Date(notBefore * 1000),
          createdAt: new Date(now()),
          until: new Date(notBefore * 1000 + retention),
        }
        await adapter.create({ model: 'revocation', data })
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

/** The latest of all brakes, in seconds since 1970. */
export function readNotBefore(rows: readonly RevocationRow[]): number {
  return rows.reduce((latest, { notBefore }) => {
    return notBefore ? Math.max(latest, Math.floor(new Date(notBefore).getTime() / 1000)) : latest
  }, 0)
}

/** Those that are on record already, and stay there long enough. */
async function readListed(
  adapter: Adapter,
  entries: readonly string[],
  until: number,
): Promise<Set<string>> {
  const listed = new Set<string>()
  for (let from = 0; from < entries.length; from += QUESTION_SIZE) {
    const value = entries.slice(from, from + QUESTION_SIZE)
    const rows = await adapter.findMany<RevocationRow>({
      model: 'revocation',
      where: [
        { field: 'entry', operator: 'in', value },
        { field: 'until', operator: 'gt', value: new Date(until) },
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
