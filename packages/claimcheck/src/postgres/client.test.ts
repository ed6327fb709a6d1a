import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { asUser } from '../postgres.js'
import type { TransactionClient } from './driver.js'

/** A client that answers as it is told, and remembers what it was asked and how it was given back. */
function createClient(answers: Record<string, () => unknown> = {}) {
  const events = new EventEmitter()
  const sent: string[] = []
  const released: (Error | undefined)[] = []
  const client: TransactionClient = {
    query: async ({ text }) => {
      const name = text.split(/[ ;]/, 1)[0] ?? ''
      sent.push(name)
      return answers[name]?.() ?? { rows: [], rowCount: 0, command: name.toUpperCase() }
    },
    release: (error) => released.push(error),
    on: (event, listener) => events.on(event, listener),
    removeListener: (event, listener) => events.removeListener(event, listener),
  }
  const pool = { connect: async () => client }
  return { pool, events, sent, released }
}

const options = { role: 'api', userId: 'ada' }

describe('a client lent to a transaction', () => {
  it('goes back to the pool after a commit, and after a rollback', async () => {
    const { pool, sent, released, events } = createClient()
    await asUser(pool, options, (tx) => tx.query('select'))
    const failed = asUser(pool, options, () => Promise.reject(new Error('on purpose')))
    await expect(failed).rejects.toThrow('on purpose')
    expect(sent).toEqual(['begin', 'select', 'commit', 'begin', 'rollback'])
    expect(released).toEqual([undefined, undefined])
    expect(events.listenerCount('error')).toBe(0)
  })

  it('goes back to the pool after an error that Postgres itself reported', async () => {
    const refusal = Object.assign(new Error('refused'), { code: '23505', severity: 'ERROR' })
    const { pool, sent, released } = createClient({ insert: fail(refusal) })
    await expect(asUser(pool, options, (tx) => tx.query('insert'))).rejects.toBe(refusal)
    expect(sent).toEqual(['begin', 'insert', 'rollback'])
    expect(released).toEqual([undefined])
  })

  it.each([
    ['a time-out of the driver', new Error('Query read timeout')],
    ['a lost connection', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
    ['an errno that looks like a SQLSTATE', Object.assign(new Error('write'), { code: 'EPIPE' })],
  ])('is destroyed after %s, without another query on it', async (_, lost) => {
    const { pool, sent, released } = createClient({ update: fail(lost) })
    await expect(asUser(pool, options, (tx) => tx.query('update'))).rejects.toBe(lost)
    expect(sent).toEqual(['begin', 'update'])
    expect(released).toEqual([lost])
  })

  it.each([
    ['the rollback', 'rollback'],
    ['the opening', 'begin'],
    ['the commit', 'commit'],
  ])('is destroyed when %s gets no answer', async (_, statement) => {
    const lost = new Error('Connection terminated unexpectedly')
    const { pool, released } = createClient({ [statement]: fail(lost) })
    const work = async () => {
      if (statement === 'rollback') throw new Error('on purpose')
    }
    await expect(asUser(pool, options, work)).rejects.toThrow()
    expect(released).toEqual([lost])
  })

  it('is destroyed when a rollback is refused, and the first error is the one that is told', async () => {
    const refusal = Object.assign(new Error('no'), { code: 'XX000', severity: 'ERROR' })
    const { pool, released } = createClient({ rollback: fail(refusal) })
    const failed = asUser(pool, options, () => Promise.reject(new Error('on purpose')))
    await expect(failed).rejects.toThrow('on purpose')
    expect(released).toEqual([refusal])
  })

  it('is destroyed when its connection breaks between two queries', async () => {
    const { pool, events, sent, released } = createClient()
    const broken = new Error('terminating connection')
    const failed = asUser(pool, options, async (tx) => {
      events.emit('error', broken)
      await tx.query('select')
    })
    await expect(failed).rejects.toBe(broken)
    expect(sent).toEqual(['begin'])
    expect(released).toEqual([broken])
  })

  it('is destroyed when its connection breaks just before the commit: nobody knows what was saved', async () => {
    const { pool, events, released } = createClient()
    const broken = new Error('terminating connection')
    const failed = asUser(pool, options, async () => {
      events.emit('error', broken)
      return 'saved'
    })
    await expect(failed).rejects.toBe(broken)
    expect(released).toEqual([broken])
  })
})

function fail(error: Error) {
  return () => {
    throw error
  }
}
