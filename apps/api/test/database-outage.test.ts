/**
 * A database that cannot be reached is 503 within seconds, never a fault and never a lost write that was
 * acknowledged.
 */
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { createFaultProxy, type FaultProxy } from '../../../scripts/test/fault-proxy.js'
import { createDatabase, createPool, type Database } from '../src/database/database.js'
import { startDatabase } from '../src/database/start-database.js'
import { createRowSecurityReader } from '../src/inspection/row-level-security.js'
import { createTestApi, type Person, type TestApi } from './_client.js'
import { createEmptyDatabase } from './_database.js'
import { expectProblem } from './_problem.js'

describe.each(inject('databases'))('a database that goes away on $name', ({ url }) => {
  let proxy: FaultProxy
  let pool: ReturnType<typeof createPool>
  let database: Database
  let role: string | undefined
  let api: TestApi
  let ada: Person

  beforeEach(async () => {
    role = undefined
    proxy = await createFaultProxy(await createEmptyDatabase(url))
    pool = createPool(proxy.url)
    database = createDatabase(pool, { role: () => role })
    api = await createTestApi(database, {
      readRowSecurity: createRowSecurityReader(pool, database),
    })
    ada = await api.signIn('ada')
  })
  afterEach(async () => {
    api.close()
    proxy.set('refuse')
    await pool.end()
    await proxy.close()
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
    proxy.set('refuse')
    await start()
    await expectProblem(await ada.call('GET', '/api/me/tasks'), 503, 'database_unavailable')
    await expectProblem(await api.app.request('/readyz'), 503, 'database_unavailable')
    proxy.set('none')
    await vi.waitFor(async () => expect((await ada.list()).tasks).toEqual([]), { timeout: 15_000 })
    await vi.waitFor(async () => expect((await api.app.request('/readyz')).status).toBe(200), {
      timeout: 3000,
    })
  })

  it.each(['refuse', 'half-open'] as const)(
    'later (%s): 503, and 200 once it is back',
    async (how) => {
      await start()
      await ada.create({ title: 'Before' })
      proxy.set(how)
      for (let n = 0; n < 2; n++) {
        const response = await ada.call('POST', '/api/me/tasks', { title: 'Meanwhile' })
        expect(response.headers.get('Retry-After')).toBe('2')
        await expectProblem(response, 503, 'database_unavailable')
      }
      const inspection = await ada.call('GET', '/api/me/inspection')
      await expectProblem(inspection, 503, 'database_unavailable')
      proxy.set('refuse')
      proxy.set('none')
      await vi.waitFor(
        async () => expect((await ada.list()).tasks.map(({ title }) => title)).toEqual(['Before']),
        { timeout: 10_000 },
      )
      await vi.waitFor(
        async () => expect((await ada.call('GET', '/api/me/inspection')).status).toBe(200),
        { timeout: 10_000 },
      )
    },
  )

  it.each(['cut', 'reset'] as const)(
    'in the middle of an answer (%s): 503, and what is sent again is kept once',
    async (how) => {
      await start()
      await ada.create({ title: 'Before' })
      const task = { id: crypto.randomUUID(), title: 'Perhaps kept already' }
      proxy.set(how)
      const response = await ada.call('POST', '/api/me/tasks', task)
      await expectProblem(response, 503, 'database_unavailable')
      proxy.set('none')
      await vi.waitFor(
        async () => expect((await ada.call('POST', '/api/me/tasks', task)).status).toBe(200),
        { timeout: 10_000 },
      )
      const titles = (await ada.list()).tasks.map(({ title }) => title)
      expect(titles.sort()).toEqual(['Before', 'Perhaps kept already'])
    },
  )

  it('that is far away is waited for', async () => {
    await start()
    await ada.create({ title: 'Before' })
    proxy.set('latency')
    expect((await ada.list()).tasks.map(({ title }) => title)).toEqual(['Before'])
  })

  it('a bad token or a foreign path never takes a connection', async () => {
    await start()
    await ada.create({ title: 'Warm' })
    proxy.set('refuse')
    const before = proxy.connections
    const bob = { Authorization: `Bearer ${await api.issuer.sign({ sub: 'bob' })}` }
    for (const headers of [{}, { Authorization: 'Bearer x' }, bob]) {
      const response = await api.app.request('/api/ada/tasks', { headers })
      expect([401, 403]).toContain(response.status)
    }
    expect(proxy.connections).toBe(before)
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
