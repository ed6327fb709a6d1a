/**
 * SC-006: several people do random things over the same few connections, and each finds exactly what a model says
 * is theirs: with both fences, with the WHERE alone, and with row-level security alone.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { createTestDatabase, type TestDatabase } from './_database.js'
import { type Action, act } from './_model.js'
import { anySteps, expectNobody, play } from './_play.js'
import { openPolicies, stripOwner } from './_row-level-security.js'

const RUNS = inject('isLong') ? 20 : 8

/** Fewer than people, so that everybody gets everybody's connection. */
const CONNECTIONS = 2

describe.each(inject('databases'))('isolation on $name', ({ url }) => {
  describe.each([
    ['both fences', { where: true, policies: true }],
    ['the WHERE alone', { where: true, policies: false }],
    ['row-level security alone', { where: false, policies: true }],
  ])('with %s', (_, fences) => {
    const stripping = stripOwner()
    let db: TestDatabase
    let database: Database

    beforeAll(async () => {
      db = await createTestDatabase(url, CONNECTIONS)
      if (!fences.policies) await openPolicies(db)
      database = fences.where ? db.database : db.open([stripping.plugin])
    })
    afterAll(() => db.close())

    it('nobody meets the rows of anybody else', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anySteps, (steps) => play(steps, database, db)),
        { numRuns: RUNS },
      )
      expect(stripping.count() > 0).toBe(!fences.where)
    })
  })

  it('with neither fence the same check fails, so it can', { timeout: 120_000 }, async () => {
    const db = await createTestDatabase(url, CONNECTIONS)
    await openPolicies(db)
    const database = db.open([stripOwner().plugin])
    const property = fc.asyncProperty(anySteps, (steps) => play(steps, database, db))
    const { failed } = await fc.check(property, { numRuns: 20, endOnFailure: true })
    await db.close()
    expect(failed).toBe(true)
  })

  it('a role or a person left on a connection would be noticed', async () => {
    const db = await createTestDatabase(url, CONNECTIONS)
    await db.database.asUser('ada', async (tx) => act(tx, create('A')))
    const client = await db.pool.connect()
    await client.query("select set_config('app.user_id', 'ada', false)")
    client.release()
    await expect(expectNobody(db)).rejects.toThrow()
    await db.close()
  })
})

function create(title: string): Action {
  return { name: 'create', id: '00000000-0000-4000-8000-000000000001', title }
}
