/** The API behind a pooler that gives every transaction another session, as pooled addresses of hosts do. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase, createPool } from '../src/database/database.js'
import { isMigrated, prepareDatabase } from '../src/database/prepare-database.js'
import { createTestApi } from './_client.js'
import { createEmptyDatabase } from './_database.js'
import { findPgBouncer, type PgBouncer, startPgBouncer } from './_pgbouncer.js'
import { anySteps, play } from './_play.js'

const program = findPgBouncer()
if (program === undefined) {
  console.log('Not tried: transaction pooling, because pgbouncer is not installed.')
}

describe.skipIf(program === undefined).each(inject('databases'))(
  'through PgBouncer in transaction mode on $name',
  ({ url }) => {
    let bouncer: PgBouncer
    let address: string

    beforeAll(async () => {
      bouncer = await startPgBouncer(program ?? '', url)
      address = bouncer.url(await createEmptyDatabase(url))
    })
    afterAll(() => bouncer.stop())

    it('migrates from many processes at once, and leaves no lock behind', async () => {
      const pools = Array.from({ length: 5 }, () => createPool(address))
      const roles = await Promise.all(pools.map((pool) => prepareDatabase(pool, 'DATABASE_URL')))
      expect(new Set(roles).size).toBe(1)
      const [pool] = pools
      expect(pool && (await isMigrated(pool))).toBe(true)
      const locks = await pool?.query(
        "select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      )
      expect(locks?.rowCount).toBe(0)
      await Promise.all(pools.map((each) => each.end()))
    })

    it('keeps people apart', { timeout: 120_000 }, async () => {
      const pool = createPool(address)
      const role = await prepareDatabase(pool, 'DATABASE_URL')
      const database = createDatabase(pool, { role: () => role })
      await fc.assert(
        fc.asyncProperty(anySteps, (steps) => play(steps, database, { pool, role })),
        { numRuns: inject('isLong') ? 15 : 5 },
      )
      await pool.end()
    })

    it('serves more requests at once than it has connections', async () => {
      const pool = createPool(address)
      const role = await prepareDatabase(pool, 'DATABASE_URL')
      const api = await createTestApi(createDatabase(pool, { role: () => role }))
      const people = await Promise.all(
        Array.from({ length: 20 }, (_, n) => api.signIn(`pooled-${n}`)),
      )
      await Promise.all(
        people.flatMap((person) => [1, 2, 3].map((n) => person.create({ title: `Task ${n}` }))),
      )
      for (const person of people) {
        const { tasks } = await person.list()
        expect(tasks.map(({ userId }) => userId)).toEqual(Array(3).fill(person.subject))
      }
      api.close()
      await pool.end()
    })
  },
)
