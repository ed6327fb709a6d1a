/** A pooled client lent to one transaction: closed when that ends, destroyed when its state is in doubt. */
import { createChannel, type Opening } from './channel.js'
import type { TransactionClient, TransactionQuery } from './driver.js'

export interface ClientGuard {
  /** Opens the transaction where that cannot wait for the first query. */
  open(): Promise<void>
  /** Sends a query of the caller, after those before it; refused once the transaction has ended. */
  query(query: TransactionQuery): Promise<unknown>
  /** Sends the last query of the caller, and the commit with it. */
  queryLast(query: TransactionQuery): Promise<unknown>
  /** Takes the only query so far for the last one, if this is what it gave and it has not been sent yet. */
  takeAsLast(answer: unknown): void
  /** Ends the transaction. A rollback never throws: what matters is the error that led to it. */
  end(how: 'commit' | 'rollback'): Promise<void>
  /** Gives the client back, or destroys it. */
  release(): void
}

/** Lends `client` out. Queries the driver has not answered after `timeout` milliseconds put it in doubt. */
export function guardClient(
  client: TransactionClient,
  opening: Opening,
  timeout: number,
): ClientGuard {
  const channel = createChannel(client, opening)
  let doubt: Error | undefined
  let state: 'new' | 'open' | 'committed' = 'new'
  let ended = false
  let last: Promise<unknown> = Promise.resolve()
  let count = 0
  /** The first query, as long as there is no other. */
  let only: Promise<unknown> | undefined
  let committing: Promise<unknown> | undefined

  // The pool listens only while a client is idle: without this, a connection lost between two queries ends the process.
  const onError = (error: Error) => {
    doubt ??= error
  }
  client.on('error', onError)

  /** Runs what Postgres is asked. */
  async function run<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (doubt !== undefined) throw doubt
    try {
      return await ask()
    } catch (error) {
      // Postgres answered, so the connection is in step; any other failure leaves it unknown what ran.
      if (!hasSqlState(error)) doubt ??= toError(error)
      throw error
    }
  }

  async function step(statement: TransactionQuery | undefined, commits: boolean): Promise<unknown> {
    const opens = state === 'new'
    if (doubt === undefined) state = 'open'
    const { answer, state: now } = await run(() =>
      channel.send({ opens, statement, commits, timeout }),
    )
    if (now === 'committed') state = 'committed'
    if (now === 'ended') {
      doubt = new Error(
        'A statement ended the transaction. Leave begin, commit and rollback to asUser.',
      )
      throw doubt
    }
    if (now === 'rolled back') {
      throw new Error('Nothing was saved: a statement failed, and its error was not passed on.')
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
    const answer: Promise<unknown> = last.then(() => step(next, committing === answer))
    count += 1
    only = count === 1 ? answer : undefined
    last = answer.catch(() => undefined)
    return answer
  }

  function queryLast(next: TransactionQuery): Promise<unknown> {
    const answer = query(next)
    if (!ended) commitWith(answer)
    return answer
  }

  function takeAsLast(answer: unknown): void {
    if (only !== undefined && answer === only && !ended) commitWith(only)
  }

  function commitWith(answer: Promise<unknown>): void {
    committing = answer
    ended = true
  }

  async function end(how: 'commit' | 'rollback'): Promise<void> {
    ended = true
    await last
    if (how === 'rollback') {
      if (state !== 'open') return
      await run(() => client.query({ text: 'rollback', query_timeout: timeout })).catch(
        (error: unknown) => {
          doubt ??= toError(error)
        },
      )
      return
    }
    await (committing ?? step(undefined, true))
  }

  function release(): void {
    if (doubt === undefined) client.release()
    else client.release(doubt)
    client.removeListener('error', onError)
  }

  return {
    open: async () => {
      if (channel.isGrouped) return
      await step(undefined, false)
    },
    query,
    queryLast,
    takeAsLast,
    end,
    release,
  }
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

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The driver failed.', { cause: error })
}
