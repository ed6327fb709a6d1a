/**
 * Statements that travel to Postgres in one group of messages, up to one Sync (PostgreSQL protocol, "Extended Query"):
 * one round trip for all of them, and after the first that fails Postgres runs none of the rest.
 */
import type { TransactionClient, TransactionQuery } from './driver.js'
import { createPreparer, type PreparingConnection, unnamed } from './prepared.js'

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
  /** Whether the statements stay prepared on the connection. */
  readonly isPrepared: boolean
}

/** What became of a group. */
export interface GroupAnswer {
  /** What the driver made of the answer to the caller's statement. */
  readonly answer: unknown
  /** The command tag of each statement, such as `COMMIT` or `INSERT 0 1`. */
  readonly tags: readonly string[]
  /** The last column of the last row that statements of ours gave. */
  readonly value: string | null
}

/** A client of `pg` as far as it lets others write messages, which is how pg-cursor works as well. */
export interface GroupClient extends TransactionClient {
  readonly connection: Connection
  readonly processID: number | null
  getTypeParser(oid: number, format?: string): unknown
}

/** What the driver takes in place of a query: told to write its messages, then of each answer. */
interface Submittable {
  submit(connection: Connection): Error | null | undefined
  handleRowDescription(message: unknown): void
  handleDataRow(message: DataRow): void
  handleCommandComplete(message: CommandComplete, connection: Connection): void
  handleReadyForQuery(connection: Connection): void
}

/** The driver's own query, which knows how values are written and rows are read. */
type MakeQuery = new (
  config: Record<string, unknown>,
  callback: (error: Error | null, answer?: unknown) => void,
) => Submittable

interface Connection extends PreparingConnection {
  readonly stream: { cork?(): void; uncork?(): void }
  /** Where the driver looks whether its own named statements are prepared; ours have no name for it. */
  readonly parsedStatements?: Readonly<Record<string, string>>
  readonly submittedNamedStatements?: Readonly<Record<string, string>>
  bind(message: { statement: string; values?: readonly unknown[] }): void
  describe(message: { type: 'P'; name?: string }): void
  execute(message: { portal?: string }): void
  sync(): void
}

interface DataRow {
  readonly fields: readonly (string | null)[]
}

interface CommandComplete {
  readonly text: string
}

const messages = ['parse', 'bind', 'describe', 'execute', 'close', 'sync', 'stream']

/** Whether a client lets a group through. One in pipeline mode takes nothing that writes its own messages. */
export function canSendGroup(client: TransactionClient): client is GroupClient {
  if (!('connection' in client) || ('pipeline' in client && client.pipeline === true)) return false
  const { connection } = client
  return (
    typeof connection === 'object' &&
    connection !== null &&
    messages.every((name) => name in connection) &&
    typeof toQueryClass(client) === 'function'
  )
}

/**
 * Sends a group and reads its answers.
 *
 * @throws what Postgres or the driver reports first. A transaction that was open then still is, and has failed.
 */
export function sendGroup(client: GroupClient, group: Group): Promise<GroupAnswer> {
  return new Promise((resolve, reject) => {
    const { before, statement, after } = group
    const preparer = group.isPrepared ? createPreparer(client) : unnamed
    const tags: string[] = []
    let value: string | null = null
    let answer: unknown
    let failure: Error | undefined
    const query =
      statement &&
      createQuery(client, statement, (error, given) => {
        failure = error ?? undefined
        answer = given
      })

    function writeFixed(connection: Connection, statements: readonly FixedStatement[]): void {
      for (const { text, values = [] } of statements) {
        connection.bind({ statement: preparer.prepare(connection, text), values })
        connection.execute({})
      }
    }

    /** Has the driver write the caller's statement as it writes any other, but for the name and the Sync. */
    function writeQuery(connection: Connection, text: string, of: Submittable): void {
      let name = ''
      const refusal = of.submit({
        parsedStatements: {},
        submittedNamedStatements: {},
        stream: {},
        parse: () => {
          name = preparer.prepare(connection, text)
        },
        bind: (message) => connection.bind({ ...message, statement: name }),
        describe: (message) => connection.describe(message),
        execute: (message) => connection.execute(message),
        close: () => {},
        sync: () => {},
      })
      failure ??= refusal ?? undefined
    }

    const isCallers = () => query !== undefined && tags.length === before.length

    const submittable = {
      query_timeout: group.timeout,
      // The driver replaces it by one that ends its timer as well.
      callback(error: Error | null) {
        if (error !== null) return reject(error)
        preparer.keep()
        resolve({ answer, tags, value })
      },
      submit(connection: Connection) {
        connection.stream.cork?.()
        try {
          writeFixed(connection, before)
          if (statement && query) writeQuery(connection, statement.text, query)
          // In place of what the driver could not write, nothing may be committed.
          if (failure === undefined) writeFixed(connection, after)
          connection.sync()
        } finally {
          connection.stream.uncork?.()
        }
        return null
      },
      handleRowDescription: (message: unknown) => query?.handleRowDescription(message),
      handleDataRow(message: DataRow) {
        if (isCallers()) query?.handleDataRow(message)
        else value = message.fields.at(-1)?.toString() ?? null
      },
      handleCommandComplete(message: CommandComplete, connection: Connection) {
        if (isCallers()) query?.handleCommandComplete(message, connection)
        tags.push(message.text)
      },
      handleEmptyQuery: () => tags.push(''),
      handleReadyForQuery(connection: Connection) {
        if (failure === undefined) query?.handleReadyForQuery(connection)
        submittable.callback(failure ?? null)
      },
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

function createQuery(
  client: GroupClient,
  { text, values }: TransactionQuery,
  onEnd: (error: Error | null, answer?: unknown) => void,
): Submittable {
  const types = { getTypeParser: client.getTypeParser.bind(client) }
  const Query = toQueryClass(client)
  return new Query({ text, values, types, queryMode: 'extended' }, onEnd)
}

/** Of this very driver: forks and bundles bring their own. */
function toQueryClass(client: TransactionClient): MakeQuery {
  return (client.constructor as unknown as { Query: MakeQuery }).Query
}
