/** Lists: filter, search, order, and pages that lose and repeat nothing while the list changes. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { sorts } from '../src/tasks/order.js'
import type { Task } from '../src/tasks/schema.js'
import { createTestApi, type Person, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

const orders = sorts.flatMap((sort) => [`sort=${sort}&order=asc`, `sort=${sort}&order=desc`])

describe.each(inject('databases'))('lists on $name', ({ url }) => {
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

  it('are empty for somebody new', async () => {
    expect(await (await someone()).list()).toEqual({ tasks: [], nextCursor: null })
  })

  it('treat an empty parameter like one that is left out', async () => {
    const ada = await someone()
    await ada.create({ title: 'One' })
    const empty = '?status=&q=&sort=&order=&limit=&cursor=&deleted='
    expect(await ada.list(empty)).toEqual(await ada.list())
  })

  it('hold 50 tasks unless asked for more, and 200 at the most', async () => {
    const ada = await someone()
    await seed(ada, 201)
    expect((await ada.list()).tasks).toHaveLength(50)
    const page = await ada.list('?limit=200')
    expect([page.tasks.length, typeof page.nextCursor]).toEqual([200, 'string'])
    const rest = await ada.list(`?limit=200&cursor=${page.nextCursor}`)
    expect([rest.tasks.length, rest.nextCursor]).toEqual([1, null])
  })

  it('come newest first, and by due date soonest first with undated tasks last either way', async () => {
    const ada = await someone()
    for (const dueOn of ['2026-12-02', null, '2026-12-01', '2026-12-03']) {
      await ada.create({ title: `${dueOn}`, dueOn })
    }
    const titles = async (query: string) => (await ada.list(query)).tasks.map(({ title }) => title)
    expect(await titles('')).toEqual(['2026-12-03', '2026-12-01', 'null', '2026-12-02'])
    const soonest = ['2026-12-01', '2026-12-02', '2026-12-03', 'null']
    expect(await titles('?sort=dueOn')).toEqual(soonest)
    expect(await titles('?sort=dueOn&order=desc')).toEqual([
      '2026-12-03',
      '2026-12-02',
      '2026-12-01',
      'null',
    ])
  })

  it('are filtered by status', async () => {
    const ada = await someone()
    await ada.create({ title: 'Open' })
    await ada.create({ title: 'Done', completed: true })
    const titles = async (status: string) =>
      (await ada.list(`?status=${status}`)).tasks.map(({ title }) => title)
    expect(await titles('open')).toEqual(['Open'])
    expect(await titles('done')).toEqual(['Done'])
    expect((await titles('all')).sort()).toEqual(['Done', 'Open'])
  })

  it.each([
    ['milk', ['Buy MILK', 'Notes']],
    ['100%', ['100% sure']],
    ['%', ['100% sure']],
    ['_', ['snake_case']],
    ['\\', ['back\\slash']],
    ["'", []],
  ])('are searched in title and notes for exactly %s', async (q, expected) => {
    const ada = await someone()
    for (const title of ['Buy MILK', '100% sure', 'snake_case', 'back\\slash', 'Plain']) {
      await ada.create({ title })
    }
    await ada.create({ title: 'Notes', notes: 'Oat milk, too' })
    const { tasks } = await ada.list(`?q=${encodeURIComponent(q)}`)
    expect(tasks.map(({ title }) => title).sort()).toEqual(expected)
  })

  it('are searched in any case of any alphabet the locale of the database knows', async () => {
    const [server] = await db.run<{ knows: boolean }>("select 'Ä' ilike 'ä' as knows")
    const ada = await someone()
    await ada.create({ title: 'Ärger' })
    const { tasks } = await ada.list(`?q=${encodeURIComponent('ÄRGER')}`)
    expect(tasks.length === 1).toBe(server?.knows)
  })

  it.each(orders)('page by %s without losing or repeating a task', async (order) => {
    const ada = await someone()
    const dueOn = fc.sample(fc.constantFrom(null, '2026-12-01', '2026-12-02', '0001-01-01'), 13)
    for (const [n, day] of dueOn.entries()) {
      await ada.create({ title: `${n}`, dueOn: day, priority: n % 4, completed: n % 3 === 0 })
    }
    for (const filter of ['', '&status=open', '&q=1', '&status=done&q=2']) {
      const whole = await ada.list(`?${order}${filter}&limit=200`)
      for (const limit of [1, 4, 13]) {
        const paged = await readPages(ada, `?${order}${filter}&limit=${limit}`)
        expect(paged).toEqual(whole.tasks)
      }
    }
  })

  it.each(orders)(
    'page by %s while others insert: every task that was there appears once',
    async (order) => {
      const ada = await someone()
      const before = await seed(ada, 40)
      let paging = true
      const inserting = (async () => {
        const inserted: Task[] = []
        while (paging) {
          inserted.push(await ada.create({ title: 'Meanwhile', priority: inserted.length % 4 }))
        }
        return inserted
      })()
      const paged = await readPages(ada, `?${order}&limit=3`)
      paging = false
      const inserted = await inserting
      const seen = paged.map(({ id }) => id)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter((id) => before.some((task) => task.id === id)).sort()).toEqual(
        before.map(({ id }) => id).sort(),
      )
      expect(inserted.length).toBeGreaterThan(0)
    },
  )

  it('page through the trash as well', async () => {
    const ada = await someone()
    for (const { id } of await seed(ada, 7)) await ada.call('DELETE', `/api/me/tasks/${id}`)
    const whole = await ada.list('?deleted=true&sort=updatedAt')
    expect(whole.tasks).toHaveLength(7)
    expect(await readPages(ada, '?deleted=true&sort=updatedAt&limit=2')).toEqual(whole.tasks)
  })

  it('accept a cursor only for the order it was made for', async () => {
    const ada = await someone()
    await seed(ada, 3)
    for (const made of orders) {
      const { nextCursor } = await ada.list(`?${made}&limit=1`)
      for (const used of orders) {
        const response = await ada.call('GET', `/api/me/tasks?${used}&cursor=${nextCursor}`)
        expect([made, used, response.status]).toEqual([made, used, made === used ? 200 : 422])
      }
    }
  })

  it('accept no cursor that was made up', async () => {
    const ada = await someone()
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const id = '00000000-0000-4000-8000-000000000001'
    for (const cursor of [
      'x',
      '*',
      encode(null),
      encode(['createdAt', 'desc']),
      encode(['createdAt', 'desc', 'now()', id]),
      encode(['createdAt', 'desc', -1, id]),
      encode(['createdAt', 'desc', 1e300, id]),
      encode(['createdAt', 'desc', 1, "' or true --"]),
      encode(['createdAt', 'desc', 1, id, 'more']),
    ]) {
      const response = await ada.call('GET', `/api/me/tasks?cursor=${cursor}`)
      expect([cursor, response.status]).toEqual([cursor, 422])
      expect(await response.json()).toMatchObject({ errors: [{ path: 'cursor' }] })
    }
  })

  it("give nobody's rows to a cursor of somebody else", async () => {
    const [ada, bob] = [await someone(), await someone()]
    await seed(ada, 5)
    const own = await bob.create({ title: 'Of Bob' })
    const { nextCursor } = await ada.list('?limit=1&order=asc')
    const list = await bob.list(`?limit=10&order=asc&cursor=${nextCursor}`)
    expect(list.tasks).toEqual([own])
  })
})

/** Creates tasks, a few at a time: more would wait for a connection longer than a request may. */
async function seed(person: Person, count: number): Promise<Task[]> {
  const tasks: Task[] = []
  while (tasks.length < count) {
    const next = Array.from(
      { length: Math.min(8, count - tasks.length) },
      (_, n) => tasks.length + n,
    )
    const created = await Promise.all(
      next.map((n) =>
        person.create({
          title: `${n}`,
          priority: n % 4,
          dueOn: n % 3 === 0 ? null : `2026-12-${10 + (n % 5)}`,
        }),
      ),
    )
    tasks.push(...created)
  }
  return tasks
}

async function readPages(person: Person, query: string): Promise<Task[]> {
  const tasks: Task[] = []
  for (let cursor = ''; ; ) {
    const page = await person.list(`${query}&cursor=${cursor}`)
    tasks.push(...page.tasks)
    if (page.nextCursor === null) return tasks
    cursor = page.nextCursor
  }
}
