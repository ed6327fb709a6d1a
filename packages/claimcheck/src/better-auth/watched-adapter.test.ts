import type { AuthContext } from 'better-auth'
import { describe, expect, it } from 'vitest'
import type { RevocationLog } from './revocation-log.js'
import { watchAdapter } from './watched-adapter.js'

type BaseAdapter = AuthContext['adapter']

const where = [{ field: 'id', value: 'x' }]
const accounts = [
  { id: 'a1', userId: 'with-password', password: 'old hash' },
  { id: 'a2', userId: 'without', password: null },
]

/** Tells in one list what reached the log and what reached the database. */
function createScene(inTransaction: 'another' | 'the same') {
  const seen: string[] = []
  const createAdapter = (name: string): BaseAdapter => {
    const change = (kind: string) => async (request: { model: string }) => {
      seen.push(`${name} ${kind} ${request.model}`)
      return null
    }
    // Only what is watched is called here; the rest of an adapter would be noise.
    const adapter = {
      findMany: async ({ model }: { model: string }) =>
        model === 'account' ? accounts : [{ id: `${model}-1` }],
      create: change('create'),
      delete: change('delete'),
      deleteMany: change('deleteMany'),
      consumeOne: change('consumeOne'),
      update: change('update'),
      updateMany: change('updateMany'),
      transaction: async (work: (inner: unknown) => unknown) =>
        work(inTransaction === 'the same' ? adapter : createAdapter('inner')),
    } as unknown as BaseAdapter
    return adapter
  }
  const log: RevocationLog = {
    endSessions: async () => void seen.push('log endSessions'),
    endSessionsOf: async (_, ids) => void seen.push(`log endSessionsOf ${ids}`),
    deletePeople: async (_, ids) => void seen.push(`log deletePeople ${ids}`),
    confirm: async (_, rows) => {
      if (rows.length > 0) seen.push(`log confirm ${rows.length}`)
    },
    refuseEarlier: async () => void seen.push('log refuseEarlier'),
    judge: async () => ({ isRevoked: false, notBefore: 0 }),
  }
  const adapter = createAdapter('base')
  watchAdapter(adapter, log, () => 1_000_000)
  return { adapter, log, seen }
}

describe('a watched adapter', () => {
  it.each<[string, (adapter: BaseAdapter) => Promise<unknown>, string[]]>([
    [
      'one deleted session',
      (adapter) => adapter.delete({ model: 'session', where }),
      ['log endSessions', 'base delete session'],
    ],
    [
      'many deleted sessions',
      (adapter) => adapter.deleteMany({ model: 'session', where }),
      ['log endSessions', 'base deleteMany session'],
    ],
    [
      'a session that is taken',
      (adapter) => adapter.consumeOne({ model: 'session', where }),
      ['log endSessions', 'base consumeOne session'],
    ],
    [
      'sessions that are kept for the record but ended',
      (adapter) =>
        adapter.updateMany({ model: 'session', where, update: { expiresAt: new Date(1_000_000) } }),
      ['log endSessions', 'base updateMany session'],
    ],
    [
      'a deleted person',
      (adapter) => adapter.delete({ model: 'user', where }),
      ['log deletePeople user-1', 'base delete user'],
    ],
    [
      'a banned person',
      (adapter) => adapter.update({ model: 'user', where, update: { banned: true } }),
      ['log endSessionsOf user-1', 'base update user'],
    ],
    [
      'a changed password, of those who had one',
      (adapter) =>
        adapter.updateMany({ model: 'account', where, update: { password: 'new hash' } }),
      ['log endSessionsOf with-password', 'base updateMany account'],
    ],
  ])('a watched adapter records %s before it happens', async (_, change, expected) => {
    const { adapter, seen } = createScene('another')
    await change(adapter)
    expect(seen).toEqual(expected)
  })

  it.each<[string, (adapter: BaseAdapter) => Promise<unknown>]>([
    [
      'a session that goes on',
      (adapter) =>
        adapter.update({ model: 'session', where, update: { expiresAt: new Date(1_000_001) } }),
    ],
    [
      'a renamed person',
      (adapter) => adapter.update({ model: 'user', where, update: { name: 'Bob', banned: false } }),
    ],
    [
      'an account with new tokens of its provider',
      (adapter) => adapter.update({ model: 'account', where, update: { accessToken: 'x' } }),
    ],
    ['a spent verification', (adapter) => adapter.delete({ model: 'verification', where })],
  ])('a watched adapter lets %s pass', async (_, change) => {
    const { adapter, seen } = createScene('another')
    await change(adapter)
    expect(seen.filter((entry) => entry.startsWith('log'))).toEqual([])
    expect(seen).toHaveLength(1)
  })

  it('a watched adapter does not let happen what cannot be recorded', async () => {
    const { adapter, log, seen } = createScene('another')
    log.endSessions = async () => Promise.reject(new Error('refused'))
    await expect(adapter.deleteMany({ model: 'session', where })).rejects.toThrow('refused')
    expect(seen).toEqual([])
  })

  it('a watched adapter watches inside a transaction, too', async () => {
    const { adapter, seen } = createScene('another')
    await adapter.transaction((inner) => inner.delete({ model: 'session', where }))
    expect(seen).toEqual(['log endSessions', 'inner delete session'])
  })

  it('a watched adapter confirms after the commit what was recorded in a transaction', async () => {
    const { adapter, seen } = createScene('another')
    const data = { kind: 'sid', entry: 'x', createdAt: new Date(0), until: new Date(0) }
    await adapter.transaction(async (inner) => {
      await inner.create({ model: 'revocation', data })
      seen.push('work done')
    })
    expect(seen).toEqual(['inner create revocation', 'work done', 'log confirm 1'])
  })

  it('a watched adapter records once where the database has no transactions, however many there were', async () => {
    const { adapter, seen } = createScene('the same')
    for (let count = 0; count < 5; count += 1) await adapter.transaction(async () => undefined)
    await adapter.transaction((inner) => inner.delete({ model: 'session', where }))
    expect(seen).toEqual(['log endSessions', 'base delete session'])
  })
})
