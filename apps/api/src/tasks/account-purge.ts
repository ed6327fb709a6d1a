/** Forgets people who deleted their account: the issuer's feed says who, and their tasks go. */
import type { Verifier } from 'claimcheck'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Database, TasksTransaction } from '../database/database.js'
import { toFailure } from '../failure.js'
import { ACCOUNTS, TASKS } from './row.js'

export interface AccountPurgeOptions {
  pool: pg.Pool
  database: Database
  log: Logger
  /** The issuer whose people these are. */
  issuer: string
  /** Who was deleted, as the feed names them. */
  verifier: Pick<Verifier, 'deletedSubjects'>
}

export interface AccountPurge {
  stop(): void
}

/** Milliseconds between two sweeps: data is gone within a minute after its person. */
const INTERVAL_MS = 20_000

/** People looked up at a time. */
const BATCH = 200

/** Sweeps every 20 seconds until stopped. Several processes may do so at once: deleting twice deletes once. */
export function startAccountPurge(options: AccountPurgeOptions): AccountPurge {
  const { log } = options
  const timer = setInterval(() => {
    purgeAccounts(options).then(
      (people) => {
        if (people > 0) log.info({ people }, 'deleted accounts purged')
      },
      (error: unknown) => log.warn({ failure: toFailure(error) }, 'accounts not purged'),
    )
  }, INTERVAL_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/**
 * Deletes the data of everybody the feed names, and once more when no token of theirs can be alive. The login only
 * learns who that is; the rows are deleted as the person they belong to.
 *
 * @returns how many people were forgotten just now.
 */
export async function purgeAccounts({
  pool,
  database,
  issuer,
  verifier,
}: AccountPurgeOptions): Promise<number> {
  await nameAccounts(pool, issuer)
  const entries = verifier.deletedSubjects()
  const people = await forEach(pool, database, buryAccount, {
    text: `select user_id from claimcheck_tasks.accounts
      where entry = any($1) and deleted_at is null limit ${BATCH}`,
    values: [entries],
  })
  // A request that was under way when the tombstone was set may have left something behind it.
  await forEach(pool, database, removeAccount, {
    text: `select user_id from claimcheck_tasks.accounts
      where deleted_at < now() - interval '25 hours' limit ${BATCH}`,
    values: [],
  })
  return people
}

/** Gives accounts the name that the feed would give them: see `toRevocationEntry` of the library. */
async function nameAccounts(pool: pg.Pool, issuer: string): Promise<void> {
  await pool.query(
    `update claimcheck_tasks.accounts
     set entry = translate(
       encode(sha256(convert_to($1::text || '|sub|' || user_id, 'UTF8')), 'base64'), '+/=', '-_')
     where entry is null`,
    [issuer],
  )
}

async function forEach(
  pool: pg.Pool,
  database: Database,
  work: (tx: TasksTransaction) => Promise<void>,
  query: { text: string; values: unknown[] },
): Promise<number> {
  let people = 0
  for (;;) {
    const { rows } = await pool.query<{ user_id: string }>(query)
    for (const { user_id } of rows) await database.asUser(user_id, work)
    people += rows.length
    if (rows.length < BATCH) return people
  }
}

/** The tombstone first: from then on nothing new can be written. */
async function buryAccount(tx: TasksTransaction): Promise<void> {
  await tx
    .updateTable(ACCOUNTS)
    .set({ deleted_at: new Date() })
    .where('user_id', '=', tx.userId)
    .execute()
  await tx.deleteFrom(TASKS).where('user_id', '=', tx.userId).execute()
}

async function removeAccount(tx: TasksTransaction): Promise<void> {
  await tx.deleteFrom(TASKS).where('user_id', '=', tx.userId).execute()
  await tx.deleteFrom(ACCOUNTS).where('user_id', '=', tx.userId).execute()
}
