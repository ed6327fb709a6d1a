/** A deleted person's data goes, and nothing brings it back. */

import { toRevocationEntry } from 'claimcheck'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { purgeAccounts } from '../src/tasks/account-purge.js'
import { createTestApi, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'
import { expectProblem } from './_problem.js'

describe.each(inject('databases'))('a deleted account on $name', ({ url }) => {
  let db: TestDatabase
  let api: TestApi
  const deleted: string[] = []

  beforeAll(async () => {
    db = await createTestDatabase(url)
    api = await createTestApi(db.database)
  })
  afterAll(async () => {
    api.close()
    await db.close()
  })

  function purge(): Promise<number> {
    return purgeAccounts({
      pool: db.owner,
      database: db.database,
      log: pino({ level: 'silent' }),
      issuer: 'https://issuer.test',
      verifier: { deletedSubjects: () => deleted },
    })
  }

  async function countTasks(subject: string): Promise<number> {
    return await db.database.asUser(subject, async (tx) => {
      const { rows } = await sql<{ count: string }>`
        select count(*) from claimcheck_tasks.tasks where user_id = ${tx.userId}`.execute(tx)
      return Number(rows[0]?.count)
    })
  }

  it('loses its tasks in the next sweep, and nobody else loses any', async () => {
    const leaver = await api.signIn('leaver')
    const stayer = await api.signIn('stayer')
    for (const title of ['one', 'two']) await leaver.create({ title })
    await stayer.create({ title: 'mine' })
    expect(await purge()).toBe(0)
    deleted.push(await toRevocationEntry('https://issuer.test', 'sub', 'leaver'))
    expect(await purge()).toBe(1)
    expect(await countTasks('leaver')).toBe(0)
    expect(await countTasks('stayer')).toBe(1)
    expect(await purge()).toBe(0)
  })

  it('refuses what a token still in flight would write', async () => {
    const leaver = await api.signIn('leaver')
    const answer = await leaver.call('POST', '/api/me/tasks', { title: 'late' })
    await expectProblem(answer, 401, 'token_revoked')
    expect(await countTasks('leaver')).toBe(0)
    const stayer = await api.signIn('stayer')
    await expect(stayer.create({ title: 'another' })).resolves.toMatchObject({ title: 'another' })
  })

  it('is not what a missing right is taken for: that is 500, never a false 401', async () => {
    await db.run(`revoke insert on claimcheck_tasks.tasks from "${db.role}"`)
    const stayer = await api.signIn('stayer')
    const answer = await stayer.call('POST', '/api/me/tasks', { title: 'refused' })
    await expectProblem(answer, 500, 'internal_error')
    await db.run(`grant insert on claimcheck_tasks.tasks to "${db.role}"`)
  })

  it('is found also when its first task was written after the deletion', async () => {
    deleted.push(await toRevocationEntry('https://issuer.test', 'sub', 'late starter'))
    await purge()
    await (await api.signIn('late starter')).create({ title: 'in flight' })
    expect(await purge()).toBe(1)
    expect(await countTasks('late starter')).toBe(0)
  })

  it('is swept once more when no token of it can be alive, and then leaves no trace', async () => {
    await db.run(
      "update claimcheck_tasks.accounts set deleted_at = now() - interval '26 hours' where user_id = 'leaver'",
    )
    await purge()
    const rows = await db.run<{ user_id: string }>(
      'select user_id from claimcheck_tasks.accounts order by user_id',
    )
    expect(rows.map(({ user_id }) => user_id)).toEqual(['late starter', 'stayer'])
  })
})
