/**
 * Watches what Better Auth does to its database, where it does it. Hooks come too late for this and
 * miss half of it: they see 100 of 151 sessions that are deleted at once, nothing of those that a
 * deleted person takes along, and plugins may pass them by. The adapter sees every change, inside
 * the same transaction if there is one, so the row of a revocation is written there, just before.
 */
import type { AuthContext, Where } from 'better-auth'
import type { Adapter, NewRow, RevocationLog } from './revocation-log.js'
import { EVERY_ROW } from './revocation-log.js'

interface Change {
  readonly model: string
  readonly where: Where[]
}

interface Creation<T> {
  readonly model: string
  readonly data: Omit<T, 'id'>
}

interface Update extends Change {
  readonly update: Record<string, unknown>
}

/** Changes the adapter in place, because Better Auth holds on to the object. */
export function watchAdapter(
  adapter: AuthContext['adapter'],
  log: RevocationLog,
  now: () => number,
): void {
  const { transaction } = adapter
  watchChanges(adapter, log, now)
  adapter.transaction = async (work) => {
    const rows: NewRow[] = []
    const result = await transaction((inner) => {
      // Where the database has no transactions, it is the same one again.
      if (inner !== adapter) watchChanges(noteRows(inner, rows), log, now)
      return work(inner)
    })
    await log.confirm(adapter, rows)
    return result
  }
}

/** Others see the rows of a transaction when it commits, which may be long after they were written. */
function noteRows(inner: Adapter, rows: NewRow[]): Adapter {
  const { create } = inner
  inner.create = async <T extends Record<string, unknown>, R = T>(request: Creation<T>) => {
    const created = await create<T, R>(request)
    // The log alone writes to this table, and what it writes are such rows.
    if (request.model === 'revocation') rows.push(request.data as unknown as NewRow)
    return created
  }
  return inner
}

function watchChanges(adapter: Adapter, log: RevocationLog, now: () => number): void {
  const original = { ...adapter }

  async function beforeDelete({ model, where }: Change): Promise<void> {
    if (model === 'session') await log.endSessions(original, where)
    if (model === 'user') await log.deletePeople(original, await readIds('user', where, 'id'))
  }

  async function beforeUpdate({ model, where, update }: Update): Promise<void> {
    if (model === 'session' && isPast(update.expiresAt)) await log.endSessions(original, where)
    if (model === 'user' && update.banned === true) {
      await log.endSessionsOf(original, await readIds('user', where, 'id'))
    }
    if (model === 'account' && typeof update.password === 'string') {
      await log.endSessionsOf(original, await readIds('account', where, 'userId'))
    }
  }

  /** Of accounts only those that have a password: the first one takes nothing from anybody. */
  async function readIds(model: string, where: Where[], field: 'id' | 'userId') {
    const rows = await original.findMany<{ id: string; userId?: string; password?: string | null }>(
      {
        model,
        where,
        limit: EVERY_ROW,
      },
    )
    const concerned = model === 'account' ? rows.filter(({ password }) => password) : rows
    return [...new Set(concerned.map((row) => String(row[field])))]
  }

  function isPast(time: unknown): boolean {
    return time instanceof Date && time.getTime() <= now()
  }

  adapter.delete = async (change) => {
    await beforeDelete(change)
    return original.delete(change)
  }
  adapter.deleteMany = async (change) => {
    await beforeDelete(change)
    return original.deleteMany(change)
  }
  adapter.consumeOne = async <T>(change: Change) => {
    await beforeDelete(change)
    return original.consumeOne<T>(change)
  }
  adapter.update = async <T>(change: Update) => {
    await beforeUpdate(change)
    return original.update<T>(change)
  }
  adapter.updateMany = async (change) => {
    await beforeUpdate(change)
    return original.updateMany(change)
  }
}
