/** The way to the rows: a transaction that speaks for one person, and nothing else. */
import { asUser, type UserTransaction } from 'claimcheck/postgres'
import type { Generated, GeneratedAlways, Kysely, KyselyPlugin } from 'kysely'
import pg from 'pg'
import { ApiError } from '../errors.js'
import { bindKysely } from './bound-kysely.js'
import { withDeadline } from './deadline.js'
import type { PoolGate } from './pool-gate.js'
import { isMigrated } from './prepare-database.js'
import { type BuildQuery, createShapes } from './shapes.js'
import { isUnavailable } from './unavailable.js'

export interface AccountTable {
  user_id: string
  created_at: Generated<Date>
  trash_since: Date | null
  /** How the issuer's feed names the person; null until the next sweep. */
  entry: string | null
  /** When the person's data was deleted; such a row refuses new tasks. */
  deleted_at: Date | null
}

export interface TaskTable {
  user_id: string
  id: string
  title: string
  notes: string
  completed: GeneratedAlways<boolean>
  completed_at: Date | null
  priority: number
  due_on: string | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
  deleted_at: Date | null
  version: Generated<number>
  creation: Buffer
}

export interface TasksSchema {
  'claimcheck_tasks.accounts': AccountTable
  'claimcheck_tasks.tasks': TaskTable
}

declare const speaksFor: unique symbol

/** What may ask one query as one person. */
export interface TasksAsker {
  readonly [speaksFor]: true
  /** The person all rows belong to. */
  readonly userId: string
  /** Runs a query that is built only once for each `shape`; `values` fill its slots. */
  readonly ask: <Row>(
    shape: string,
    values: Readonly<Record<string, unknown>>,
    build: BuildQuery<TasksSchema, Row>,
  ) => Promise<Row[]>
}

/** Queries inside a transaction of one person. Every function of a repository takes it first. */
export type TasksTransaction = Kysely<TasksSchema> & TasksAsker

/** Puts something around every query of a transaction. */
export type QueryWrapper = (query: UserTransaction['query']) => UserTransaction['query']

export interface DatabaseOptions {
  /** The role requests switch to, or undefined until the database has been prepared: requests are then 503. */
  role: () => string | undefined
  /** Whom to let wait for a connection. Default: everybody. */
  gate?: Pick<PoolGate, 'enter'>
  /** Added to every query of a request, for observation. Default: none. */
  plugins?: readonly KyselyPlugin[]
  /** Put around every query of a request, for traces. Default: nothing. */
  wrapQuery?: QueryWrapper | undefined
  /** Whether somebody waits for the answer, who is then told in less than 3 seconds that none comes. Default: true. */
  isAwaited?: boolean
}

export interface UserOptions {
  /** Milliseconds one statement may take. Default: 3000. */
  statementMs?: number
  /** Whether `work` asks a single query, with which the commit then travels. Default: false. */
  isSingle?: boolean
}

export interface Database {
  /**
   * Runs `work` in one transaction as one person.
   *
   * @throws ApiError `database_unavailable` when Postgres cannot be reached, is not prepared or does not answer in
   * time.
   */
  asUser<Result>(
    userId: string,
    work: (transaction: TasksTransaction) => Promise<Result>,
    options?: UserOptions,
  ): Promise<Result>
  /** Resolves when Postgres can be reached and has the schema of this version; rejects otherwise. */
  check(): Promise<void>
}

/** Milliseconds to wait for a free or a new connection. */
const CONNECT_MS = 2000

/** Milliseconds one statement of a request may take. */
const STATEMENT_MS = 3000

/** The most connections one process holds to serve requests. */
const POOL_SIZE = 10

/** The most it holds as the owner of the tables: to migrate, to sweep and to purge. */
export const OWNER_POOL_SIZE = 2

/** Opens a pool; TLS is as the URL says. Dates stay text, because a day is not a moment. */
export function createPool(url: string, size = POOL_SIZE): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    fallback_application_name: 'claimcheck-api',
    types: { getTypeParser: toTypeParser },
  })
  // An idle connection that breaks has already left the pool: without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** Makes the only door to the tables that requests have. */
export function createDatabase(pool: pg.Pool, options: DatabaseOptions): Database {
  const { role, gate, plugins = [], wrapQuery = (query) => query, isAwaited = true } = options
  const shapes = createShapes(bindKysely<TasksSchema>(refuseToRun, plugins))

  function toTransaction(userId: string, run: UserTransaction['query']): TasksTransaction {
    const queries = bindKysely<TasksSchema>((text, values) => run(text, values), plugins)
    const asker: Omit<TasksAsker, typeof speaksFor> = {
      userId,
      ask: async <Row>(
        shape: string,
        values: Readonly<Record<string, unknown>>,
        build: BuildQuery<TasksSchema, Row>,
      ) => {
        const { text, values: filled } = shapes.fill(shape, values, build)
        return (await run<Row>(text, filled)).rows
      },
    }
    // asUser made the transaction behind `run`, which is what the brand stands for.
    return Object.assign(queries, asker) as TasksTransaction
  }

  return {
    asUser: async (userId, work, { statementMs = STATEMENT_MS, isSingle = false } = {}) => {
      const switchedTo = role()
      if (switchedTo === undefined) throw new ApiError('database_unavailable')
      const turn = gate?.enter()
      if (turn !== undefined) await turn
      try {
        const answer = asUser(
          pool,
          { role: switchedTo, userId, statementTimeout: statementMs },
          ({ query, queryLast }) =>
            work(toTransaction(userId, wrapQuery(isSingle ? queryLast : query))),
        )
        return await (isAwaited ? withDeadline(answer) : answer)
      } catch (error) {
        if (isUnavailable(error)) throw new ApiError('database_unavailable', { cause: error })
        throw error
      }
    },
    check: async () => {
      if (role() === undefined) throw new ApiError('database_unavailable')
      if (!(await isMigrated(pool))) throw new ApiError('database_unavailable')
    },
  }
}

function refuseToRun(): never {
  throw new Error('This Kysely only builds queries.')
}

function toTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === pg.types.builtins.DATE) return (value: string) => value
  return pg.types.getTypeParser(oid, format)
}
