/** What is asked and done about all tasks of a person at once: how many are open, and the end of the trash. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { EmptiedTrash, Task, TaskCounts } from '../src/tasks/schema.js'
import { createTestApi, type Person, readJson, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

describe.each(inject('databases'))('the overview on $name', ({ url }) => {
  let db: TestDatabase
  let api: TestApi
  let people = 0
  const someone = (): Promise<Person> => api.signIn(`person-${++people}`)

  beforeAll(async () => {
    db = await createTestDatabase(url)
    api = await createTestApi(db.database)
  })
  afterAll(async () => {
    api.close()
    await db.close()
  })

  const count = async (person: Person, query = '') =>
    readJson<TaskCounts>(await person.call('GET', `/api/me/tasks/counts${query}`))
  const empty = async (person: Person, query = '') =>
    readJson<EmptiedTrash>(await person.call('DELETE', `/api/me/tasks/trash${query}`))
  const titles = async (person: Person, query = '') =>
    (await person.list(query)).tasks.map(({ title }) => title).sort()

  async function trash(person: Person, title: string): Promise<Task> {
    const { id } = await person.create({ title })
    return await readJson(await person.call('DELETE', `/api/me/tasks/${id}`))
  }

  describe('counts', () => {
    it('are of open tasks, and of those that are due by the day that is asked for', async () => {
      const [ada, bob] = [await someone(), await someone()]
      expect(await count(ada)).toEqual({ open: 0, today: 0 })
      await ada.create({ title: 'Some day' })
      await ada.create({ title: 'Late', dueOn: '2026-11-20' })
      await ada.create({ title: 'Today', dueOn: '2026-11-21' })
      await ada.create({ title: 'Tomorrow', dueOn: '2026-11-22' })
      await ada.create({ title: 'Done', dueOn: '2026-11-21', completed: true })
      await trash(ada, 'Gone')
      await bob.create({ title: 'Of Bob', dueOn: '2026-11-21' })
      expect(await count(ada, '?today=2026-11-21')).toEqual({ open: 4, today: 2 })
      expect(await count(ada, '?today=2026-11-19')).toEqual({ open: 4, today: 0 })
      expect(await count(ada, '?today=2026-11-22')).toEqual({ open: 4, today: 3 })
      expect(await count(bob, '?today=2026-11-21')).toEqual({ open: 1, today: 1 })
    })

    it('take today in UTC when no day is named, also by an empty parameter', async () => {
      const ada = await someone()
      await ada.create({ title: 'Long ago', dueOn: '2020-02-02' })
      await ada.create({ title: 'Far away', dueOn: '2999-01-01' })
      expect(await count(ada)).toEqual({ open: 2, today: 1 })
      expect(await count(ada, '?today=')).toEqual({ open: 2, today: 1 })
    })

    it.each(['today=yesterday', 'today=2026-13-01', 'today=0000-01-01', 'day=2026-11-21'])(
      'refuse %s with 422',
      async (query) => {
        const response = await (await someone()).call('GET', `/api/me/tasks/counts?${query}`)
        expect(response.status).toBe(422)
        expect(await response.json()).toMatchObject({ code: 'validation_failed' })
      },
    )
  })

  describe('the trash', () => {
    it('is emptied for good, of one person alone, and twice with no harm', async () => {
      const [ada, bob] = [await someone(), await someone()]
      const gone = await trash(ada, 'Gone')
      await trash(ada, 'Gone too')
      await ada.create({ title: 'Kept' })
      await trash(bob, 'Of Bob')
      expect(await empty(ada)).toEqual({ deleted: 2 })
      expect(await empty(ada)).toEqual({ deleted: 0 })
      expect(await titles(ada)).toEqual(['Kept'])
      expect(await titles(ada, '?deleted=true')).toEqual([])
      const restored = await ada.call('POST', `/api/me/tasks/${gone.id}/restore`)
      expect(restored.status).toBe(404)
      expect(await titles(bob, '?deleted=true')).toEqual(['Of Bob'])
    })

    it('keeps what was put there after the moment that is named', async () => {
      const ada = await someone()
      const { deletedAt } = await trash(ada, 'Before')
      await trash(ada, 'After')
      await db.database.asUser(ada.subject, async (tx) => {
        await tx
          .updateTable('claimcheck_tasks.tasks')
          .set({ deleted_at: new Date(Date.parse(deletedAt ?? '') + 1) })
          .where('user_id', '=', tx.userId)
          .where('title', '=', 'After')
          .execute()
      })
      expect(await empty(ada, `?until=${deletedAt}`)).toEqual({ deleted: 1 })
      expect(await titles(ada, '?deleted=true')).toEqual(['After'])
      const [account] = await db.run<{ trash_since: Date | null }>(
        `select trash_since from claimcheck_tasks.accounts where user_id = '${ada.subject}'`,
      )
      expect(account?.trash_since).toBeInstanceOf(Date)
      expect(await empty(ada)).toEqual({ deleted: 1 })
    })

    it.each(['until=now', 'until=2026-11-21', 'before=2026-11-21T09:30:00.000Z'])(
      'refuses %s with 422, and deletes nothing',
      async (query) => {
        const ada = await someone()
        await trash(ada, 'Still there')
        const response = await ada.call('DELETE', `/api/me/tasks/trash?${query}`)
        expect(response.status).toBe(422)
        expect(await titles(ada, '?deleted=true')).toEqual(['Still there'])
      },
    )

    it('holds 20 000 tasks at the most, and is emptied of them in one request', async () => {
      const ada = await someone()
      await trash(ada, 'The first')
      await db.database.asUser(ada.subject, async (tx) => {
        await sql`
          insert into claimcheck_tasks.tasks (user_id, id, title, deleted_at, creation)
          select ${tx.userId}, gen_random_uuid(), 'Many', now(), '' from generate_series(1, 19999)
        `.execute(tx)
      })
      const full = await ada.call('POST', '/api/me/tasks', { title: 'One too many' })
      expect(full.status).toBe(409)
      expect(await full.json()).toMatchObject({ code: 'too_many_tasks' })
      expect(await empty(ada)).toEqual({ deleted: 20_000 })
      await ada.create({ title: 'There is room' })
    })
  })
})
