/**
 * What is revoked now, read from the database as seldom as can be: a count tells whether anything
 * is new.
 */
import { createHash } from 'node:crypto'
import type { AuthContext } from 'better-auth'
import type { RevocationRow } from './contract.js'
import { EVERY_ROW, type RevocationLog, readNotBefore } from './revocation-log.js'

/** Everything the feed says, at one time. */
export interface Snapshot {
  readonly sids: readonly string[]
  readonly subs: readonly string[]
  /** Seconds since 1970. */
  readonly notBefore: number
  /** A digest of the entries, quoted (RFC 9110 §8.8.3). */
  readonly etag: string
  /** When the database was asked, in milliseconds since 1970. */
  readonly checkedAt: number
}

export interface Snapshots {
  /**
   * A snapshot that is at most `age` milliseconds old. Callers at the same time share one query.
   */
  read(age: number): Promise<Snapshot>
}

interface SnapshotOptions {
  readonly context: AuthContext
  readonly log: RevocationLog
  /** Longest lifetime of a token, in seconds. */
  readonly expiration: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Above this many sessions the older ones give way to a brake for everybody; so few then stay. */
const MOST_SESSIONS = 20_000
const KEPT_SESSIONS = 10_000
/** Deleted people are listed for the purge long after their tokens ended, up to this many. */
const MOST_PEOPLE = 20_000
/** Seconds by which issuer processes' clocks may differ. */
const CLOCK_SKEW = 5
/** Milliseconds after which everything is read again, should the count have deceived. */
const FULL_READ_INTERVAL = 5_000
const SWEEP_INTERVAL = 10 * 60_000
const DELETE_SIZE = 500

export function createSnapshots({ context, log, expiration, now }: SnapshotOptions): Snapshots {
  const { adapter, logger } = context
  let rows: readonly RevocationRow[] = []
  let latest: Snapshot | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let sweptAt = now()
  let reading: Promise<Snapshot> | null = null

  async function refresh(): Promise<Snapshot> {
    const at = now()
    const isAlive = ({ until }: RevocationRow) => until.getTime() > at
    const alive = rows.filter(isAlive)
    const where = [{ field: 'until', operator: 'gt' as const, value: new Date(at) }]
    const isKnown =
      latest !== null &&
      at - readAt < FULL_READ_INTERVAL &&
      (await adapter.count({ model: 'revocation', where })) === alive.length
    if (isKnown) {
      const isSame = alive.length === rows.length
      rows = alive
      latest = isSame && latest ? { ...latest, checkedAt: at } : toSnapshot(rows, at, expiration)
      return latest
    }
    const found = await adapter.findMany<RevocationRow>({
      model: 'revocation',
      where,
      limit: EVERY_ROW,
    })
    rows = await limit(found.map(toRow), at)
    readAt = at
    latest = toSnapshot(rows, at, expiration)
    if (at - sweptAt > SWEEP_INTERVAL) void sweep(at)
    return latest
  }

  /** Above the limit everybody is refused once instead, and the older sessions are forgotten. */
  async function limit(found: RevocationRow[], at: number): Promise<RevocationRow[]> {
    const newestFirst = found.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    const sessions = newestFirst.filter(({ kind }) => kind === 'sid')
    if (sessions.length <= MOST_SESSIONS) return found
    const people = found.filter(({ kind }) => kind === 'sub')
    const brakes = found.filter(({ kind }) => kind === 'all')
    const dropped = sessions.slice(KEPT_SESSIONS)
    try {
      const needed = Math.floor((dropped[0]?.createdAt.getTime() ?? at) / 1000) + 1 + CLOCK_SKEW
      const notBefore = Math.floor(at / 1000) + 1 + CLOCK_SKEW
      if (readNotBefore(brakes) < needed) {
        await log.refuseEarlier(adapter, notBefore)
        logger.warn(
          'claimcheck: too many sessions ended at once; every token is refreshed instead.',
        )
      }
      await forget(dropped)
      const all = await adapter.findMany<RevocationRow>({
        model: 'revocation',
        where: [{ field: 'kind', value: 'all' }],
        limit: EVERY_ROW,
      })
      return [...sessions.slice(0, KEPT_SESSIONS), ...people, ...all.map(toRow)]
    } catch (error) {
      logger.error(
        'claimcheck could not shorten the list of ended sessions; all of it is sent',
        error,
      )
      return found
    }
  }

  async function forget(dropped: readonly RevocationRow[]): Promise<void> {
    for (let from = 0; from < dropped.length; from += DELETE_SIZE) {
      const ids = dropped.slice(from, from + DELETE_SIZE).map(({ id }) => id)
      const where = [{ field: 'id', operator: 'in' as const, value: ids }]
      await adapter.deleteMany({ model: 'revocation', where })
    }
  }

  async function sweep(at: number): Promise<void> {
    sweptAt = at
    try {
      const where = [{ field: 'until', operator: 'lt' as const, value: new Date(at) }]
      await adapter.deleteMany({ model: 'revocation', where })
    } catch (error) {
      logger.warn('claimcheck could not remove revocations that have run out', error)
    }
  }

  return {
    async read(age) {
      if (latest && now() - latest.checkedAt <= age) return latest
      reading ??= refresh().finally(() => {
        reading = null
      })
      return reading
    },
  }
}

function toSnapshot(
  rows: readonly RevocationRow[],
  checkedAt: number,
  expiration: number,
): Snapshot {
  const sids = toEntries(rows.filter(({ kind }) => kind === 'sid'))
  const subs = toEntries(pickPeople(rows, checkedAt, expiration))
  const notBefore = readNotBefore(rows)
  const digest = createHash('sha256').update(JSON.stringify([sids, subs, notBefore]))
  return { sids, subs, notBefore, etag: `"${digest.digest('base64url')}"`, checkedAt }
}

/** All whose tokens may be alive, and of the others, who are listed for the purge, the latest. */
function pickPeople(rows: readonly RevocationRow[], at: number, expiration: number) {
  const people = rows.filter(({ kind }) => kind === 'sub')
  if (people.length <= MOST_PEOPLE) return people
  const isSpent = ({ createdAt }: RevocationRow) =>
    createdAt.getTime() + (expiration + 90) * 1000 < at
  return people
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .filter((row, index) => index < MOST_PEOPLE || !isSpent(row))
}

function toEntries(rows: readonly RevocationRow[]): string[] {
  return [...new Set(rows.map(({ entry }) => entry))].sort()
}

/** Some databases give times as text. */
function toRow(row: RevocationRow): RevocationRow {
  return { ...row, createdAt: new Date(row.createdAt), until: new Date(row.until) }
}
