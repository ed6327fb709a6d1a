/**
 * Statements that travel to Postgres in one group of messages, up to one Sync (PostgreSQL protocol, "Extended Query"):
 * one round trip for all of them, and after the first that fails Postgres runs none of the rest.
 */
import {
  createAnswerReader,
  type RowDescription,
  type RowShape,
  type StatementAnswer,
  type TypeReader,
  toRowShape,
} from './answer.js'
import type { TransactionClient, TransactionQuery } from './driver.js'
import { type Connection, type Driver, readDriver } from './messages.js'
import { createPreparer, type Prepared, rememberShape, unnamed } from './prepared.js'

/** A statement of ours: its values are text, and its rows matter only as `value` says. */
export interface FixedStatement {
  readonly text: string
  readonly values?: readonly string[]
}

/** What one group holds, in this order. */
export interface Group {
  readonly before: readonly FixedStatement[]
  /** The one statement of the caller. */
  readonly statement: TransactionQuery | undefined
  readonly after: readonly FixedStatement[]
  /** Milliseconds after which the driver gives up. */
  readonly timeout: number
  /**
   * Whether the statements stay prepared: `here`, on this connection, where Postgres refuses one whose rows have come
   * to look different; or `somewhere`, behind a pooler that prepares them again wherever that is needed.
   */
  readonly prepared: 'here' | 'somewhere' | 'not'
}

/** What became of a group. */
export interface GroupAnswer {
  /** The answer to the caller's statement, as the driver would give it. */
  readonly answer: StatementAnswer | undefined
  /** The command tag of each statement, such as `COMMIT` or `INSERT 0 1`. */
  readonly tags: readonly string[]
  /** The last column of the last row that statements of ours gave. */
  readonly value: string | null
}

/** A client of `pg` as far as it lets others write messages, which is how pg-cursor works as well. */
export interface GroupClient extends TransactionClient, TypeReader {
  readonly connection: Connection
  readonly processID: number | null
}

interface DataRow {
  readonly fields: readonly (string | null)[]
}

interface CommandComplete {
  readonly text: string
}

/** Whether a client lets a group through. One in pipeline mode takes nothing that writes its own messages. */
export function canSendGroup(client: TransactionClient): client is GroupClient {
  if (!('connection' in client) || ('pipeline' in client && client.pipeline === true)) return false
  const { connection } = client
  return (
    typeof connection === 'object' &&
    connection !== null &&
    'stream' in connection &&
    'getTypeParser' in client &&
    readDriver(client as GroupClient) !== null
  )
}

/**
 * Sends a group and reads its answers.
 *
 * @throws what Postgres or the driver reports first. A transaction that was open then still is, and has failed.
 */
export function sendGroup(client: GroupClient, group: Group): Promise<GroupAnswer> {
  return new Promise((resolve, reject) => {
    const { before, statement, after, prepared } = group
    const driver = readDriver(client) as Driver
    const preparer = prepared === 'not' ? unnamed : createPreparer(client)
    const reader = statement && createAnswerReader(client)
    const tags: string[] = []
    let value: string | null = null
    let failure: Error | undefined
    /** Where Postgres was asked what the rows look like, of which statement; where it says nothing, there are none. */
    let described: { of: Prepared; text: string } | undefined
    let shape: RowShape | null = null

    function writeFixed(connection: Connection, statements: readonly FixedStatement[]): void {
      for (const { text, values } of statements) {
        const { name } = preparer.prepare(connection, text)
        connection.bind({ statement: name, ...(values && { values }) })
        connection.execute({})
      }
    }

    function writeCallers(connection: Connection, { text, values }: TransactionQuery): void {
      const callers = preparer.prepare(connection, text)
      const { name, shape: known } = callers
      try {
        connection.bind({ statement: name, values: values ?? [], valueMapper: driver.toWritten })
      } catch (error) {
        // The driver could not write a value.
        failure = error instanceof Error ? error : new Error('The driver failed.', { cause: error })
        return
      }
      if (known === undefined || prepared !== 'here') {
        connection.describe({ type: 'P' })
        described = { of: callers, text }
      } else if (known !== null) {
        reader?.expect(known)
      }
      connection.execute({})
    }

    const isCallers = () => reader !== undefined && tags.length === before.length

    const submittable = {
      query_timeout: group.timeout,
      // The driver replaces it by one that ends its timer as well.
      callback(error: Error | null) {
        if (error !== null) return reject(error)
        preparer.keep()
        if (described) rememberShape(described.of, described.text, shape)
        resolve({ answer: reader?.answer, tags, value })
      },
      submit(connection: Connection) {
        // In one piece: to write to a stream costs more than to make a message.
        const bytes = driver.collect((collecting) => {
          writeFixed(collecting, before)
          if (statement !== undefined) writeCallers(collecting, statement)
          // In place of what the driver could not write, nothing may be committed.
          if (failure === undefined) writeFixed(collecting, after)
          collecting.sync()
        })
        if (connection.stream.writable !== false) connection.stream.write(bytes)
        return null
      },
      handleRowDescription(message: RowDescription) {
        shape = toRowShape(message)
        reader?.expect(shape)
      },
      handleDataRow({ fields }: DataRow) {
        if (!isCallers()) {
          value = fields.at(-1) ?? null
          return
        }
        try {
          reader?.addRow(fields)
        } catch (error) {
          failure ??=
            error instanceof Error ? error : new Error('The driver failed.', { cause: error })
        }
      },
      handleCommandComplete({ text }: CommandComplete) {
        if (isCallers()) {
          reader?.complete(text)
        }
        tags.push(text)
      },
      handleEmptyQuery: () => tags.push(''),
      handleReadyForQuery: () => submittable.callback(failure ?? null),
      handleError: (error: Error) => submittable.callback(error),
      // All of the group has been sent by now, so nothing can be copied: the connection is given up.
      handleCopyInResponse: () => submittable.callback(new Error('asUser runs no COPY.')),
      handleCopyData: () => {},
      handlePortalSuspended: () => {},
    }

    // The driver also takes what writes its own messages, which is not in the type that other clients have to meet.
    const send: (query: never) => unknown = client.query.bind(client)
    send(submittable as never)
  })
}
