/** The driver, as far as it is used: `pg`, and whatever fits as well. */

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
