/**
 * A database that cannot be reached is 503 within seconds, never a fault and never a lost write that was
 * acknowledged.
 */
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { createDatabase, createPool, type Database } from '../src/database/database.js'
import { startDatabase } from '../src/database/start-database.js'
import { createRowSecurityReader } from '../src/inspection/row-level-security.js'
import { createTestApi, type Person, type TestApi } from './_client.js'
import { createEmptyDatabase } from './_database.js'
import { expectProblem } from './_problem.js'
import { createWire, type Wire } from './_wire.js'

describe.each(inject('databases'))('a database that goes away on $name', ({ url }) => {
  let wire: Wire
  let pool: ReturnType<typeof createPool>
  let database: Database
  let role: string | undefined
  let api: TestApi
  let ada: Person

  beforeEach(async () => {
    role = undefined
    wire = await createWire(await createEmptyDatabase(url))
    pool = createPool(wire.url)
    database = createDatabase(pool, { role: () => role })
    api = await createTestApi(database, {
      readRowSecurity: createRowSecurityReader(pool, database),
    })
    ada = await api.signIn('ada')
  })
  afterEach(async () => {
    api.close()
    wire.set('refuse')
    await pool.end()
    await wire.close()
  })

  function start(): Promise<void> {
    return startDatabase({
      pool,
      variable: 'TASKS_DATABASE_URL',
      log: pino({ level: 'silent' }),
      onReady: (prepared) => {
        role = prepared
      },
      onRefused: (error) => {
        throw error
      },
    })
  }

  it('at the start: the API starts, answers 503, and serves once the database is there', async () => {
    wire.set('refuse')
    await start()
    await expectProblem(await ada.call('GET', '/api/me/tasks'), 503, 'database_unavailable')
    await expectProblem(await api.app.request('/readyz'), 503, 'database_unavailable')
    wire.set('pass')
    await vi.waitFor(async () => expect((await ada.list()).tasks).toEqual([]), { timeout: 15_000 })
    await vi.waitFor(async () => expect((await api.app.request('/readyz')).status).toBe(200), {
      timeout: 3000,
    })
  })

  it.each(['refuse', 'hang'] as const)('later (%s): 503, and 200 once it is back', async (how) => {
    await start()
    await ada.create({ title: 'Before' })
    wire.set(how)
    for (let n = 0; n < 2; n++) {
      const response = await ada.call('POST', '/api/me/tasks', { title: 'Meanwhile' })
      expect(response.headers.get('Retry-After')).toBe('2')
      await expectProblem(response, 503, 'database_unavailable')
    }
    const inspection = await ada.call('GET', '/api/me/inspection')
    await expectProblem(inspection, 503, 'database_unavailable')
    wire.set('refuse')
    wire.set('pass')
    await vi.waitFor(
      async () => expect((await ada.list()).tasks.map(({ title }) => title)).toEqual(['Before']),
      { timeout: 10_000 },
    )
    await vi.waitFor(
      async () => expect((await ada.call('GET', '/api/me/inspection')).status).toBe(200),
      { timeout: 10_000 },
    )
  })

  it('a bad token or a foreign path never takes a connection', async () => {
    await start()
    await ada.create({ title: 'Warm' })
    wire.set('refuse')
    const before = wire.connections
    const bob = { Authorization: `Bearer ${await api.issuer.sign({ sub: 'bob' })}` }
    for (const headers of [{}, { Authorization: 'Bearer x' }, bob]) {
      const response = await api.app.request('/api/ada/tasks', { headers })
      expect([401, 403]).toContain(response.status)
    }
    expect(wire.connections).toBe(before)
  })

  it('a burst beyond the pool waits its turn, and is served', async () => {
    await start()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ada.call('POST', '/api/me/tasks', { title: `${n}` })),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(pool.totalCount).toBeLessThanOrEqual(10)
  })
})
