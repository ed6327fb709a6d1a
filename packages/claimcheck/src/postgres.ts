/** One transaction, one identity: Postgres itself keeps every person's rows apart by row-level security. */
import type { Opening } from './postgres/channel.js'
import { type ClientGuard, guardClient } from './postgres/client.js'
import type { TransactionPool, TransactionQuery } from './postgres/driver.js'

export type { TransactionClient, TransactionPool, TransactionQuery } from './postgres/driver.js'

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
  /**
   * Runs the last statement of the transaction, and the commit with it in the same round trip: what the transaction
   * did is saved once this resolves, whatever `work` does then, and further queries are refused.
   */
  queryLast<Row = Record<string, unknown>>(
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
  /**
   * Whether statements stay prepared on their connection, so that Postgres parses and plans each text once. A pooler
   * that gives each transaction another connection must know about prepared statements then, as PgBouncer does from
   * 1.21 on. Default: found out for each connection; true where it leads to Postgres itself, false behind a pooler.
   */
  preparedStatements?: boolean
}

/** Milliseconds the driver waits beyond the statement timeout: then the connection itself is in doubt. */
const GRACE_MS = 1000

const LONGEST_STATEMENT_MS = 3_600_000

/**
 * Runs `work` in one transaction as one person: switches to `role`, sets `app.user_id`, commits when `work`
 * resolves and rolls back when it throws. Role, identity and whatever a statement set for the session end with the
 * transaction, so nothing of them is left on the pooled connection, and a transaction-pooling proxy may stand between.
 * (What you want set on every connection belongs into its options, or to the login: `alter role … set …`.) A client
 * whose state is in doubt is destroyed, never returned to the pool.
 *
 * The opening travels with the first query, and the commit with {@link UserTransaction.queryLast}. Work that gives back
 * what its only query gave, as in `(tx) => tx.query('select …')`, is one round trip as well.
 *
 * @throws TypeError for an empty role or user id; otherwise whatever `work` or Postgres threw.
 */
export async function asUser<Result>(
  pool: TransactionPool,
  options: AsUserOptions,
  work: (transaction: UserTransaction) => Promise<Result>,
): Promise<Result> {
  const opening = readOpening(options)
  const guard = guardClient(await pool.connect(), opening, opening.statementTimeout + GRACE_MS)
  try {
    await guard.open()
    const working = work(toUserTransaction(guard, opening.userId))
    guard.takeAsLast(working)
    const result = await working
    await guard.end('commit')
    return result
  } catch (error) {
    await guard.end('rollback')
    throw error
  } finally {
    guard.release()
  }
}

function readOpening(options: AsUserOptions): Opening {
  const { role, userId, statementTimeout = 5000, preparedStatements } = options
  if (
    !Number.isInteger(statementTimeout) ||
    statementTimeout < 1 ||
    statementTimeout > LONGEST_STATEMENT_MS
  ) {
    throw new TypeError(
      `asUser: statementTimeout must be a whole number of milliseconds from 1 to ${LONGEST_STATEMENT_MS}.`,
    )
  }
  if (preparedStatements !== undefined && typeof preparedStatements !== 'boolean') {
    throw new TypeError('asUser: preparedStatements must be true or false, or left out.')
  }
  assertText('userId', userId)
  assertText('role', role)
  return { role, userId, statementTimeout, preparedStatements }
}

function assertText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`asUser: ${name} must be a string that is not empty.`)
  }
  // Postgres text holds no NUL, and a lone surrogate would make two ids one.
  if (value.includes('\0') || /\p{Surrogate}/u.test(value)) {
    throw new TypeError(`asUser: ${name} must be well-formed text without NUL.`)
  }
}

function toUserTransaction(guard: ClientGuard, userId: string): UserTransaction {
  // The driver's answer to one statement has this shape; the row type is the caller's claim about the SQL.
  const usable: Omit<UserTransaction, typeof transaction> = {
    userId,
    query: <Row>(text: string, values?: readonly unknown[]) =>
      guard.query(toQuery(text, values)) as Promise<QueryAnswer<Row>>,
    queryLast: <Row>(text: string, values?: readonly unknown[]) =>
      guard.queryLast(toQuery(text, values)) as Promise<QueryAnswer<Row>>,
  }
  // This is the one place where the brand is given.
  return Object.freeze(usable) as UserTransaction
}

function toQuery(text: string, values: readonly unknown[] = []): TransactionQuery {
  return { text, values: [...values], queryMode: 'extended' }
}
