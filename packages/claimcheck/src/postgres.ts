/** One transaction, one identity: Postgres itself keeps every person's rows apart by row-level security. */
import { type ClientGuard, guardClient, type TransactionPool } from './postgres-client.js'

export type { TransactionClient, TransactionPool, TransactionQuery } from './postgres-client.js'

declare const transaction: unique symbol

/** What a query gave. */
export interface QueryAnswer<Row> {
  readonly rows: Row[]
  readonly rowCount: number | null
  /** The command that ran, such as `SELECT` or `UPDATE`. */
  readonly command: string
}

/**
 * A transaction that speaks for one person. Only {@link asUser} makes one, and it refuses to be used once that
 * transaction has ended.
 */
export interface UserTransaction {
  readonly [transaction]: true
  /** The person all rows belong to. */
  readonly userId: string
  /**
   * Runs one statement; several in one text are refused by Postgres. Queries started together run one after the
   * other. Pass values as parameters: text that is pasted into SQL can undo the identity of the transaction.
   */
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<QueryAnswer<Row>>
}

export interface AsUserOptions {
  /**
   * The database role the transaction switches to. It must not be a superuser, own the tables or have BYPASSRLS,
   * and the login must be a member of it.
   */
  role: string
  /** The subject of a verified token; `current_setting('app.user_id', true)` for the policies. */
  userId: string
  /** Milliseconds one statement may take before Postgres ends it, 1 to 3 600 000. Default: 5000. */
  statementTimeout?: number
}

/** Milliseconds the driver waits beyond the statement timeout: then the connection itself is in doubt. */
const GRACE_MS = 1000

const LONGEST_STATEMENT_MS = 3_600_000

/** Milliseconds a transaction may sit idle before Postgres ends it, so that a lost caller holds no locks. */
const IDLE_MS = 10_000

/**
 * Runs `work` in one transaction as one person: switches to `role`, sets `app.user_id`, commits when `work`
 * resolves and rolls back when it throws. Role and identity end with the transaction, so nothing of them is left
 * on the pooled connection, and a transaction-pooling proxy may stand between. A client whose state is in doubt is
 * destroyed, never returned to the pool.
 *
 * @throws TypeError for an empty role or user id; otherwise whatever `work` or Postgres threw.
 */
export async function asUser<Result>(
  pool: TransactionPool,
  options: AsUserOptions,
  work: (transaction: UserTransaction) => Promise<Result>,
): Promise<Result> {
  const { userId, statementTimeout = 5000 } = options
  const opening = toOpening({ ...options, statementTimeout })
  const guard = guardClient(await pool.connect(), statementTimeout + GRACE_MS)
  try {
    await guard.open({ text: opening })
    const result = await work(toUserTransaction(guard, userId))
    await guard.end('commit')
    return result
  } catch (error) {
    await guard.end('rollback')
    throw error
  } finally {
    guard.release()
  }
}

/**
 * Opens the transaction, sets the identity and switches the role in one round trip. The simple protocol takes no
 * parameters, so the values travel as hexadecimal digits: whatever they hold, they cannot end the literal.
 */
function toOpening(options: Required<AsUserOptions>): string {
  const { statementTimeout } = options
  if (
    !Number.isInteger(statementTimeout) ||
    statementTimeout < 1 ||
    statementTimeout > LONGEST_STATEMENT_MS
  ) {
    throw new TypeError(
      `asUser: statementTimeout must be a whole number of milliseconds from 1 to ${LONGEST_STATEMENT_MS}.`,
    )
  }
  const settings = [
    toSetting('app.user_id', toLiteral('userId', options.userId)),
    toSetting('statement_timeout', `'${statementTimeout}'`),
    toSetting('idle_in_transaction_session_timeout', `'${IDLE_MS}'`),
    toSetting('role', toLiteral('role', options.role)),
  ]
  return `begin; select ${settings.join(', ')}`
}

function toSetting(name: string, value: string): string {
  return `pg_catalog.set_config('${name}', ${value}, true)`
}

function toLiteral(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`asUser: ${name} must be a string that is not empty.`)
  }
  // Postgres text holds no NUL, and a lone surrogate would make two ids one.
  if (value.includes('\0') || /\p{Surrogate}/u.test(value)) {
    throw new TypeError(`asUser: ${name} must be well-formed text without NUL.`)
  }
  const digits = Buffer.from(value, 'utf8').toString('hex')
  return `pg_catalog.convert_from(pg_catalog.decode('${digits}', 'hex'), 'UTF8')`
}

function toUserTransaction(guard: ClientGuard, userId: string): UserTransaction {
  const usable: Omit<UserTransaction, typeof transaction> = {
    userId,
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      // The driver's answer to one statement has this shape; the row type is the caller's claim about the SQL.
      (await guard.query({
        text,
        values: [...values],
        queryMode: 'extended',
      })) as QueryAnswer<Row>,
  }
  // This is the one place where the brand is given.
  return Object.freeze(usable) as UserTransaction
}
