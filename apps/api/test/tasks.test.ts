/** A person's own tasks, end to end below the port: create, read, list, change, delete, restore. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { TaskList } from '../src/tasks/schema.js'
import { createTestApi, type Person, readJson, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

const uuid = '6f1f3a0e-9b55-4f0a-8a52-0d7b3f7a4b11'

describe.each(inject('databases'))('tasks on $name', ({ url }) => {
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

  it('SC-003: answers every CRUD request with 200 and the task', async () => {
    const ada = await someone()
    const created = await ada.call('POST', '/api/me/tasks', { title: 'Collect the coat' })
    expect(created.status).toBe(200)
    const task = await readJson(created)
    expect(task).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      userId: ada.subject,
      title: 'Collect the coat',
      notes: '',
      completed: false,
      completedAt: null,
      priority: 0,
      dueOn: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: task.createdAt,
      deletedAt: null,
      version: 1,
    })
    const path = `/api/me/tasks/${task.id}`
    const read = await ada.call('GET', path)
    expect([read.status, await read.json()]).toEqual([200, task])
    const changed = await ada.call('PATCH', path, { notes: 'Ticket 212', dueOn: '2026-12-24' })
    expect(changed.status).toBe(200)
    expect(await changed.json()).toMatchObject({
      notes: 'Ticket 212',
      dueOn: '2026-12-24',
      version: 2,
    })
    const deleted = await ada.call('DELETE', path)
    expect(deleted.status).toBe(200)
    expect(await deleted.json()).toMatchObject({ id: task.id, deletedAt: expect.any(String) })
    const restored = await ada.call('POST', `${path}/restore`)
    expect(restored.status).toBe(200)
    expect(await restored.json()).toMatchObject({ id: task.id, deletedAt: null })
    const list = await ada.call('GET', '/api/me/tasks')
    expect((await readJson<TaskList>(list)).tasks).toHaveLength(1)
  })

  it('FR-004, SC-004: owns what it creates by the subject of the token, whatever the path is called', async () => {
    const ada = await someone()
    const paths = ['/api/me/tasks', '/api/tasks', `/api/${ada.subject}/tasks`]
    for (const path of paths) {
      const response = await ada.call('POST', path, { title: path })
      expect((await readJson(response)).userId).toBe(ada.subject)
    }
    for (const path of paths) {
      const { tasks } = await readJson<TaskList>(await ada.call('GET', path))
      expect(tasks.map(({ title }) => title).sort()).toEqual([...paths].sort())
    }
  })

  it('sends ETag, no-store and the request id with a task', async () => {
    const ada = await someone()
    const response = await ada.call(
      'POST',
      '/api/me/tasks',
      { title: 'One' },
      {
        'X-Request-Id': 'from-the-client_1',
      },
    )
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-store',
      etag: '"1"',
      'x-request-id': 'from-the-client_1',
      vary: expect.stringMatching(/Authorization/),
    })
  })

  describe('creating', () => {
    it('gives the same task for the same id and body, however often and whatever became of it', async () => {
      const ada = await someone()
      const body = { id: uuid, title: 'Once', notes: 'n', priority: 2, dueOn: '2027-01-01' }
      const first = await ada.create(body)
      expect(await ada.create(body)).toEqual(first)
      expect(await ada.create({ ...body, id: uuid.toUpperCase() })).toEqual(first)
      await ada.call('PATCH', `/api/me/tasks/${uuid}`, { title: 'Renamed' })
      expect(await ada.create(body)).toMatchObject({ title: 'Renamed', version: 2 })
      await ada.call('DELETE', `/api/me/tasks/${uuid}`)
      expect(await ada.create(body)).toMatchObject({ deletedAt: expect.any(String) })
      expect((await ada.list()).tasks).toEqual([])
    })

    it('treats a field that is left out like its default', async () => {
      const ada = await someone()
      const task = await ada.create({ id: uuid, title: 'Same' })
      const spelledOut = { notes: '', completed: false, priority: 0, dueOn: null }
      expect(await ada.create({ id: uuid, title: 'Same', ...spelledOut })).toEqual(task)
    })

    it('refuses the same id with another body: 409 conflict', async () => {
      const ada = await someone()
      await ada.create({ id: uuid, title: 'Once' })
      for (const other of [{ title: 'Twice' }, { title: 'Once', priority: 1 }]) {
        const response = await ada.call('POST', '/api/me/tasks', { id: uuid, ...other })
        expect(response.status).toBe(409)
        expect(await response.json()).toMatchObject({ code: 'conflict' })
      }
    })

    it('neither sees nor takes an id that somebody else uses', async () => {
      const [ada, bob] = [await someone(), await someone()]
      const hers = await ada.create({ id: uuid, title: 'Hers' })
      const his = await bob.create({ id: uuid, title: 'His' })
      expect([hers.userId, his.userId]).toEqual([ada.subject, bob.subject])
      expect((await ada.list()).tasks).toEqual([hers])
    })

    it('makes one task of many requests at once', async () => {
      const ada = await someone()
      const tasks = await Promise.all(
        Array.from({ length: 20 }, () => ada.create({ id: uuid, title: 'Once' })),
      )
      expect(new Set(tasks.map((task) => JSON.stringify(task))).size).toBe(1)
      expect((await ada.list()).tasks).toHaveLength(1)
    })

    it('keeps text exactly as it was written', async () => {
      const ada = await someone()
      const title = `  Ünïcödé 🧥 "quotes" 'and' \\slashes\\ \t; drop table tasks; -- `
      const notes = 'line\r\nline\u2028line\u0001'
      const task = await ada.create({ title, notes })
      expect(task).toMatchObject({ title, notes })
      expect(await (await ada.call('GET', `/api/me/tasks/${task.id}`)).json()).toEqual(task)
    })
  })

  describe('changing', () => {
    it('lets completedAt follow completed', async () => {
      const ada = await someone()
      const task = await ada.create({ title: 'Do' })
      const patch = async (body: object) =>
        readJson(await ada.call('PATCH', `/api/me/tasks/${task.id}`, body))
      const done = await patch({ completed: true })
      expect(done).toMatchObject({ completed: true, completedAt: done.updatedAt })
      const again = await patch({ completed: true, title: 'Done' })
      expect(again).toMatchObject({ completed: true, completedAt: done.completedAt, title: 'Done' })
      expect(await patch({ completed: false })).toMatchObject({
        completed: false,
        completedAt: null,
      })
      expect(await ada.create({ title: 'Done before', completed: true })).toMatchObject({
        completed: true,
        completedAt: expect.any(String),
      })
    })

    it('leaves what is not named as it is, and takes a due date away with null', async () => {
      const ada = await someone()
      const task = await ada.create({ title: 'T', notes: 'N', priority: 3, dueOn: '2026-11-30' })
      const response = await ada.call('PATCH', `/api/me/tasks/${task.id}`, { dueOn: null })
      const { updatedAt, ...changed } = await readJson(response)
      expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(task.updatedAt))
      expect(changed).toEqual({
        ...changed,
        title: 'T',
        notes: 'N',
        priority: 3,
        dueOn: null,
        version: 2,
      })
    })

    it.each([
      ['the current tag', '"2"', 200],
      ['one of several', '"1", "2"', 200],
      ['any', '*', 200],
      ['an older tag', '"1"', 412],
      ['a newer tag', '"3"', 412],
      ['a weak tag', 'W/"2"', 412],
      ['a tag without quotes', '2', 412],
      ['a number too large for a version', '"9999999999"', 412],
    ])('guards PATCH by If-Match: %s', async (_, tag, status) => {
      const ada = await someone()
      const { id } = await ada.create({ title: 'One' })
      const path = `/api/me/tasks/${id}`
      await ada.call('PATCH', path, { title: 'Two' })
      const response = await ada.call('PATCH', path, { title: 'Three' }, { 'If-Match': tag })
      expect(response.status).toBe(status)
      if (status === 412)
        expect(await response.json()).toMatchObject({ code: 'precondition_failed' })
      else expect(response.headers.get('ETag')).toBe('"3"')
    })

    it('lets one of many guarded changes win', async () => {
      const ada = await someone()
      const { id } = await ada.create({ title: 'Race' })
      const statuses = await Promise.all(
        Array.from({ length: 8 }, async (_, n) => {
          const response = await ada.call(
            'PATCH',
            `/api/me/tasks/${id}`,
            { title: `${n}` },
            {
              'If-Match': '"1"',
            },
          )
          return response.status
        }),
      )
      expect(statuses.sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412])
    })
  })

  describe('the trash', () => {
    it('holds what was deleted, apart from the tasks', async () => {
      const ada = await someone()
      const [kept, gone] = [
        await ada.create({ title: 'Kept' }),
        await ada.create({ title: 'Gone' }),
      ]
      await ada.call('DELETE', `/api/me/tasks/${gone.id}`)
      expect((await ada.list()).tasks.map(({ id }) => id)).toEqual([kept.id])
      expect((await ada.list('?deleted=true')).tasks.map(({ id }) => id)).toEqual([gone.id])
      for (const [method, body] of [['GET'], ['PATCH', { title: 'Back' }]] as const) {
        const response = await ada.call(method, `/api/me/tasks/${gone.id}`, body)
        expect([method, response.status]).toEqual([method, 404])
      }
    })

    it('can be filled and emptied twice with the same answer, so that a lost answer does no harm', async () => {
      const ada = await someone()
      const { id } = await ada.create({ title: 'Twice' })
      const call = async (method: string, path: string) =>
        readJson(await ada.call(method, `/api/me/tasks/${id}${path}`))
      const deleted = await call('DELETE', '')
      expect(await call('DELETE', '')).toEqual(deleted)
      const restored = await call('POST', '/restore')
      expect(restored).toMatchObject({ deletedAt: null, version: 3 })
      expect(await call('POST', '/restore')).toEqual(restored)
    })

    it('guards DELETE by If-Match as well', async () => {
      const ada = await someone()
      const { id } = await ada.create({ title: 'Guarded' })
      const path = `/api/me/tasks/${id}`
      expect((await ada.call('DELETE', path, undefined, { 'If-Match': '"7"' })).status).toBe(412)
      expect((await ada.call('DELETE', path, undefined, { 'If-Match': '"1"' })).status).toBe(200)
    })

    it('gives nothing back after 30 days, and frees the id', async () => {
      const ada = await someone()
      const task = await ada.create({ id: uuid, title: 'Old' })
      await ada.call('DELETE', `/api/me/tasks/${uuid}`)
      await age(ada, '29 days 23 hours')
      expect((await ada.list('?deleted=true')).tasks).toHaveLength(1)
      await age(ada, '30 days 1 second')
      expect((await ada.list('?deleted=true')).tasks).toEqual([])
      for (const [method, path] of [
        ['POST', '/restore'],
        ['DELETE', ''],
        ['GET', ''],
      ] as const) {
        const response = await ada.call(method, `/api/me/tasks/${uuid}${path}`)
        expect([method, response.status]).toEqual([method, 404])
      }
      const reused = await ada.create({ id: uuid, title: 'New', priority: 1 })
      expect(reused).toMatchObject({ title: 'New', priority: 1, version: 1, deletedAt: null })
      expect(Date.parse(reused.createdAt)).toBeGreaterThanOrEqual(Date.parse(task.createdAt))
    })

    async function age(person: Person, by: string): Promise<void> {
      await db.database.asUser(person.subject, async (tx) => {
        await tx
          .updateTable('claimcheck_tasks.tasks')
          .set((eb) => ({ deleted_at: eb.val(new Date(Date.now() - toMilliseconds(by))) }))
          .where('user_id', '=', tx.userId)
          .where('deleted_at', 'is not', null)
          .execute()
      })
    }
  })
})

function toMilliseconds(span: string): number {
  const units: Record<string, number> = { day: 86_400_000, hour: 3_600_000, second: 1000 }
  return [...span.matchAll(/(\d+) (day|hour|second)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? Number.NaN),
    0,
  )
}
