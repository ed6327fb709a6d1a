/** Which statements are prepared on a connection, and under which names. */
import { createHash } from 'node:crypto'
import type { RowShape } from './answer.js'
import type { Connection } from './messages.js'

/** What preparing needs of the driver's connection. */
type PreparingConnection = Pick<Connection, 'parse' | 'close'>

/** Names the statements of one group. */
export interface Preparer {
  /** Makes sure that a statement is prepared. */
  prepare(connection: PreparingConnection, text: string): Prepared
  /** Called when the whole group has succeeded: what it prepared is there. */
  keep(): void
}

/** A statement that was sent to be prepared. */
export interface Prepared {
  readonly name: string
  /** False after a failure, when nobody knows whether it came to that. */
  isCertain: boolean
  /** What its rows look like, or null where it gives none; undefined where that is not known or may change. */
  shape: RowShape | null | undefined
}

/**
 * What Postgres plans. Such a statement fails where its rows have come to look different since it was prepared, which
 * `fetch` or `execute` does not.
 */
const planned = /^\s*(?:select|with|insert|update|delete|merge)\b/i

/** Statements that stay prepared on one connection; the oldest goes first. Each costs the server some 10 KiB. */
const MOST_PREPARED = 200

/** By client, and then by text. */
const memory = new WeakMap<object, Map<string, Prepared>>()

/** Prepares under names that stay, so that Postgres parses and plans a statement once for each connection. */
export function createPreparer(client: object): Preparer {
  const known = recall(client)
  const sent: Prepared[] = []

  function prepare(connection: PreparingConnection, text: string): Prepared {
    let prepared = known.get(text)
    if (prepared?.isCertain) return prepared
    if (prepared === undefined) {
      makeRoom(connection)
      prepared = { name: toName(text), isCertain: false, shape: undefined }
      known.set(text, prepared)
    }
    prepared.shape = undefined
    // Closing what is not there is no error.
    connection.close({ type: 'S', name: prepared.name })
    connection.parse({ name: prepared.name, text, types: [] })
    sent.push(prepared)
    return prepared
  }

  function makeRoom(connection: PreparingConnection): void {
    for (const [text, { name }] of known) {
      if (known.size < MOST_PREPARED) return
      known.delete(text)
      connection.close({ type: 'S', name })
    }
  }

  function keep(): void {
    for (const prepared of sent) prepared.isCertain = true
  }

  return { prepare, keep }
}

/** Prepares each statement under the empty name, which the next one takes over. */
export const unnamed: Preparer = {
  prepare(connection, text) {
    connection.parse({ name: '', text, types: [] })
    return { name: '', isCertain: false, shape: undefined }
  },
  keep: () => {},
}

/** Remembers what the rows of a statement look like, or that it gives none. */
export function rememberShape(of: Prepared, text: string, shape: RowShape | null): void {
  if (planned.test(text)) of.shape = shape
}

/** Doubts what is prepared on a connection: all of it is prepared anew, whether or not it is there. */
export function doubtPrepared(client: object): void {
  for (const prepared of recall(client).values()) prepared.isCertain = false
}

function recall(client: object): Map<string, Prepared> {
  let known = memory.get(client)
  if (known === undefined) {
    known = new Map()
    memory.set(client, known)
  }
  return known
}

/** The same text has the same name everywhere: where processes share a connection, a name never means another text. */
function toName(text: string): string {
  return `claimcheck_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}
