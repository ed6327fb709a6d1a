/** What left the trash is deleted for good, also of people who never come back. */
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { startTrashSweep, sweepTrash } from '../src/tasks/trash-sweep.js'
import { createTestApi, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

describe.each(inject('databases'))('the sweep on $name', ({ url }) => {
  let db: TestDatabase
  let api: TestApi

  beforeAll(async () => {
    db = await createTestDatabase(url)
    api = await createTestApi(db.database)
  })
  afterAll(async () => {
    api.close()
    await db.close()
  })

  /** Three tasks: one alive, one in the trash since yesterday, one for as many days as `days` says. */
  async function fill(subject: string, days: number): Promise<void> {
    await db.database.asUser(subject, async (tx) => {
      await sql`
        insert into claimcheck_tasks.accounts (user_id, trash_since)
        values (${subject}, now() - make_interval(days => ${days}))
      `.execute(tx)
      await sql`
        insert into claimcheck_tasks.tasks (user_id, id, title, deleted_at, creation)
        values (${subject}, gen_random_uuid(), 'alive', null, ''),
          (${subject}, gen_random_uuid(), 'young', now() - interval '1 day', ''),
          (${subject}, gen_random_uuid(), 'old', now() - make_interval(days => ${days}), '')
      `.execute(tx)
    })
  }

  async function left(subject: string): Promise<string[]> {
    return await db.database.asUser(subject, async (tx) => {
      const rows = await tx
        .selectFrom('claimcheck_tasks.tasks')
        .select('title')
        .where('user_id', '=', tx.userId)
        .orderBy('title')
        .execute()
      return rows.map(({ title }) => title)
    })
  }

  it('deletes what is older than 30 days, of everybody, and nothing else', async () => {
    // More people than are looked up at a time.
    for (let n = 0; n < 205; n++) await fill(`late-${n}`, 31)
    await fill('in-time', 29)
    expect(await sweepTrash(db.owner, db.database)).toBe(205)
    for (const n of [0, 100, 204]) expect(await left(`late-${n}`)).toEqual(['alive', 'young'])
    expect(await left('in-time')).toEqual(['alive', 'old', 'young'])
  })

  it('has nothing to do afterwards, until something is old again', async () => {
    expect(await sweepTrash(db.owner, db.database)).toBe(0)
    await fill('late-again', 30)
    expect(await sweepTrash(db.owner, db.database)).toBe(1)
    const [account] = await db.run<{ trash_since: Date | null }>(
      "select trash_since from claimcheck_tasks.accounts where user_id = 'late-again'",
    )
    expect(account?.trash_since).toBeInstanceOf(Date)
  })

  it('forgets a person whose trash is empty', async () => {
    const person = await api.signIn('restorer')
    const { id } = await person.create({ title: 'T' })
    await person.call('DELETE', `/api/me/tasks/${id}`)
    await person.call('POST', `/api/me/tasks/${id}/restore`)
    await db.run(
      "update claimcheck_tasks.accounts set trash_since = now() - interval '31 days' where user_id = 'restorer'",
    )
    expect(await sweepTrash(db.owner, db.database)).toBe(1)
    const [account] = await db.run(
      "select trash_since from claimcheck_tasks.accounts where user_id = 'restorer'",
    )
    expect(account).toEqual({ trash_since: null })
  })

  it('runs every hour until it is stopped, and survives a failure', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const lines: { msg: string }[] = []
    const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
    const broken = { ...db.database, asUser: () => Promise.reject(new Error('away')) }
    await fill('late-in-the-hour', 31)
    const sweeps = [
      startTrashSweep(db.owner, broken, log),
      startTrashSweep(db.owner, db.database, log),
    ]
    vi.advanceTimersByTime(3_600_000)
    await vi.waitFor(() => expect(lines).toHaveLength(2), { timeout: 20_000 })
    expect(lines.map(({ msg }) => msg).sort()).toEqual(['trash not swept', 'trash swept'])
    for (const sweep of sweeps) sweep.stop()
    vi.advanceTimersByTime(7_200_000)
    vi.useRealTimers()
    expect(lines).toHaveLength(2)
    expect(await left('late-in-the-hour')).toEqual(['alive', 'young'])
  })
})
