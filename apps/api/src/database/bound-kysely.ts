/** Kysely on one open transaction: it builds and runs queries there, and neither begins nor ends anything. */
import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  type KyselyPlugin,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'

/** What the driver answers to one statement. */
export interface StatementAnswer {
  readonly rows: unknown[]
  readonly rowCount: number | null
  readonly command: string
}

/** Runs one statement inside the transaction. */
export type RunStatement = (text: string, values: readonly unknown[]) => Promise<StatementAnswer>

/** Makes text of what was built, which neither waits nor remembers: one is enough for all. */
const compiler = new PostgresQueryCompiler()

/** Binds a Kysely to the transaction behind `run`. */
export function bindKysely<Schema>(
  run: RunStatement,
  plugins: readonly KyselyPlugin[] = [],
): Kysely<Schema> {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>({
      sql,
      parameters,
    }: {
      sql: string
      parameters: readonly unknown[]
    }) => {
      const { rows, rowCount, command } = await run(sql, parameters)
      const changed = command !== 'SELECT' && rowCount !== null
      return {
        // Kysely derives the row type from the query it built.
        rows: rows as Row[],
        ...(changed && { numAffectedRows: BigInt(rowCount) }),
      }
    },
    streamQuery: () => {
      throw new Error('A transaction that belongs to a request is not streamed.')
    },
  }
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => Object.assign(new PostgresAdapter(), heldLock),
      createDriver: () => toDriver(connection),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => compiler,
    },
    plugins: [...plugins],
  })
}

/**
 * Kysely's own migration lock belongs to the session, and a transaction-pooling proxy gives every transaction
 * another session. Who migrates takes a lock that ends with the transaction instead.
 */
const heldLock = {
  acquireMigrationLock: async () => {},
  releaseMigrationLock: async () => {},
}

function toDriver(connection: DatabaseConnection): Driver {
  const refuse = async () => {
    throw new Error('The transaction is open already, and whoever opened it ends it.')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  }
}
