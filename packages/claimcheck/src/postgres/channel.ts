/** How a transaction travels: in groups of statements where the driver lets it, else one statement after the other. */
import type { TransactionClient, TransactionQuery } from './driver.js'
import {
  canSendGroup,
  type FixedStatement,
  type Group,
  type GroupClient,
  sendGroup,
} from './group.js'
import { doubtPrepared } from './prepared.js'

/** What a transaction is opened with. All of it has been checked. */
export interface Opening {
  readonly role: string
  readonly userId: string
  /** Milliseconds. */
  readonly statementTimeout: number
  /** Undefined: where the connection is Postgres's own. */
  readonly preparedStatements: boolean | undefined
}

/** A part of a transaction: any of opening it, one statement, and committing it. */
export interface Step {
  readonly opens: boolean
  readonly statement: TransactionQuery | undefined
  readonly commits: boolean
  /** Milliseconds after which the driver gives up. */
  readonly timeout: number
}

export interface StepAnswer {
  /** What the driver made of the answer to the statement. */
  readonly answer: unknown
  /** How the transaction stands. `ended`: by the statement itself, which is not its to do. */
  readonly state: 'open' | 'committed' | 'rolled back' | 'ended'
}

export interface Channel {
  /** Whether opening waits for the first statement, to travel with it. */
  readonly isGrouped: boolean
  send(step: Step): Promise<StepAnswer>
}

/** Milliseconds to open a transaction, which is no work: a pooled connection that takes longer is dead. */
const OPENING_MS = 2000

/** Milliseconds a transaction may sit idle before Postgres ends it, so that a lost caller holds no locks. */
const IDLE_MS = 10_000

/**
 * With the commit, the session is put back as it was: a setting that a statement made for longer than the transaction
 * does not reach the next borrower. `reset all` leaves the role alone, and `discard all` would drop what is prepared.
 */
const CLOSING = ['commit', 'reset all', 'reset role'] as const

/** Tags of statements that end the transaction they run in. */
const endings = /^(COMMIT|ROLLBACK|PREPARE TRANSACTION)$/

/** Whether a client is connected to Postgres itself; absent until it is known. */
const directness = new WeakMap<TransactionClient, boolean>()

export function createChannel(client: TransactionClient, opening: Opening): Channel {
  return canSendGroup(client) ? toGrouped(client, opening) : toSingle(client, opening)
}

/** One text for whoever asks, for however long: it stays prepared. */
const SETTINGS = `select ${toSettings('$1', '$2', '$3')}, pg_catalog.pg_backend_pid()`

const begin = { text: 'begin' }
const closing = CLOSING.map((text) => ({ text }))
const nothing: readonly FixedStatement[] = []

function toGrouped(client: GroupClient, opening: Opening): Channel {
  const { userId, statementTimeout, role, preparedStatements } = opening

  async function sendAs(isPrepared: boolean, step: Step): Promise<StepAnswer> {
    const { opens, statement, commits, timeout } = step
    const values = [userId, String(statementTimeout), role]
    const before = opens ? [begin, { text: SETTINGS, values }] : nothing
    const after = commits ? closing : nothing
    const here = directness.get(client) === true ? 'here' : 'somewhere'
    const prepared = isPrepared ? here : 'not'
    const group: Group = { before, statement, after, timeout, prepared }
    const { answer, tags, value } = await sendGroup(client, group)
    // A pooler tells its clients a number of its own, and gives each transaction another process of Postgres.
    if (opens && !directness.has(client)) directness.set(client, value === String(client.processID))
    if (!commits) return { answer, state: readState(client) }
    const isEnded = statement !== undefined && endings.test(tags[before.length] ?? '')
    return { answer, state: isEnded ? 'ended' : toState(tags.at(-CLOSING.length)) }
  }

  return {
    isGrouped: true,
    async send(step) {
      const isPrepared = preparedStatements ?? directness.get(client) ?? false
      try {
        return await sendAs(isPrepared, step)
      } catch (error) {
        if (!isPrepared || !isOutdated(error)) throw error
        doubtPrepared(client)
        // What came before in this transaction is lost; one that has only just begun can begin again.
        if (!step.opens) throw error
        await client.query({ text: 'rollback', query_timeout: step.timeout })
        return await sendAs(false, step)
      }
    },
  }
}

function toSingle(client: TransactionClient, opening: Opening): Channel {
  // One simple query takes no parameters.
  const { userId, statementTimeout, role } = opening
  const settings = toSettings(toLiteral(userId), `'${statementTimeout}'`, toLiteral(role))
  return {
    isGrouped: false,
    async send({ opens, statement, commits, timeout }) {
      if (opens) {
        await client.query({ text: `begin; select ${settings}`, query_timeout: OPENING_MS })
      }
      const answer = statement && (await client.query({ ...statement, query_timeout: timeout }))
      if (!commits || readState(client) === 'ended') return { answer, state: readState(client) }
      const closed = await client.query({ text: CLOSING.join('; '), query_timeout: timeout })
      return { answer, state: toState(toCommand(Array.isArray(closed) ? closed[0] : closed)) }
    },
  }
}

function readState(client: TransactionClient): 'open' | 'ended' {
  return client.getTransactionStatus?.() === 'I' ? 'ended' : 'open'
}

/** Postgres answers the commit of a failed transaction with ROLLBACK and no error. */
function toState(tag: unknown): 'committed' | 'rolled back' {
  return tag === 'COMMIT' ? 'committed' : 'rolled back'
}

function toSettings(userId: string, statementTimeout: string, role: string): string {
  return [
    toSetting('app.user_id', userId),
    toSetting('statement_timeout', statementTimeout),
    toSetting('idle_in_transaction_session_timeout', `'${IDLE_MS}'`),
    toSetting('role', role),
  ].join(', ')
}

function toSetting(name: string, value: string): string {
  return `pg_catalog.set_config('${name}', ${value}, true)`
}

/** Hexadecimal digits: whatever the value holds, it cannot end the literal. */
function toLiteral(value: string): string {
  const digits = Buffer.from(value, 'utf8').toString('hex')
  return `pg_catalog.convert_from(pg_catalog.decode('${digits}', 'hex'), 'UTF8')`
}

/**
 * 26000: the statement is not prepared on this connection, whatever happened to it. 0A000: what it gives has changed
 * with
 * its table.
 */
function isOutdated(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === '26000' || error.code === '0A000')
  )
}

function toCommand(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'command' in answer
    ? answer.command
    : undefined
}
