/** A pooled client lent to one transaction: closed when that ends, destroyed when its state is in doubt. */

/** A pool as `pg` makes it; described by what is used of it, so that compatible drivers fit as well. */
export interface TransactionPool {
  connect(): Promise<TransactionClient>
}

/** A pooled client as `pg` hands it out. */
export interface TransactionClient {
  query(query: TransactionQuery): Promise<unknown>
  /** With an error, the client is destroyed rather than kept. */
  release(error?: Error): void
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  /** `I` outside a transaction. Without it, a statement of the caller that ends the transaction goes unnoticed. */
  getTransactionStatus?(): string | null
}

/** A query as `pg` takes it. */
export interface TransactionQuery {
  text: string
  values?: unknown[]
  queryMode?: 'extended'
  /** Milliseconds after which the driver itself gives up. */
  query_timeout?: number
}

export interface ClientGuard {
  /** Sends the query that opens the transaction. */
  open(query: TransactionQuery): Promise<unknown>
  /** Sends a query of the caller, after those before it; refused once the transaction has ended. */
  query(query: TransactionQuery): Promise<unknown>
  /** Ends the transaction. A rollback never throws: what matters is the error that led to it. */
  end(how: 'commit' | 'rollback'): Promise<void>
  /** Gives the client back, or destroys it. */
  release(): void
}

/** Milliseconds to open a transaction, which is no work: a pooled connection that takes longer is dead. */
const OPENING_MS = 2000

/** Lends `client` out. Queries the driver has not answered after `timeout` milliseconds put it in doubt. */
export function guardClient(client: TransactionClient, timeout: number): ClientGuard {
  let doubt: Error | undefined
  let ended = false
  let last: Promise<unknown> = Promise.resolve()

  // The pool listens only while a client is idle: without this, a connection lost between two queries ends the process.
  const onError = (error: Error) => {
    doubt ??= error
  }
  client.on('error', onError)

  async function run(query: TransactionQuery, patience = timeout): Promise<unknown> {
    if (doubt !== undefined) throw doubt
    try {
      return await client.query({ ...query, query_timeout: patience })
    } catch (error) {
      // Postgres answered, so the connection is in step; any other failure leaves it unknown what ran.
      if (!hasSqlState(error)) doubt ??= toError(error)
      throw error
    }
  }

  async function runInside(query: TransactionQuery): Promise<unknown> {
    const answer = await run(query)
    if (client.getTransactionStatus?.() === 'I') {
      doubt = new Error(
        'A statement ended the transaction. Leave begin, commit and rollback to asUser.',
      )
      throw doubt
    }
    return answer
  }

  function query(next: TransactionQuery): Promise<unknown> {
    if (ended) {
      return Promise.reject(
        new Error(
          'This transaction has ended. Await every query inside the function given to asUser.',
        ),
      )
    }
    const answer = last.then(() => runInside(next))
    last = answer.catch(() => undefined)
    return answer
  }

  async function end(how: 'commit' | 'rollback'): Promise<void> {
    ended = true
    await last
    if (how === 'rollback') {
      await run({ text: 'rollback' }).catch((error: unknown) => {
        doubt ??= toError(error)
      })
      return
    }
    // Postgres answers the commit of a failed transaction with ROLLBACK and no error.
    if (toCommand(await run({ text: 'commit' })) !== 'COMMIT') {
      throw new Error('Nothing was saved: a statement failed, and its error was not passed on.')
    }
  }

  function release(): void {
    if (doubt === undefined) client.release()
    else client.release(doubt)
    client.removeListener('error', onError)
  }

  return { open: (opening) => run(opening, OPENING_MS), query, end, release }
}

/** What Postgres itself said has a SQLSTATE and a severity; an errno such as EPIPE only looks like the first. */
function hasSqlState(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code) &&
    'severity' in error
  )
}

function toCommand(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'command' in answer
    ? answer.command
    : undefined
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The driver failed.', { cause: error })
}
