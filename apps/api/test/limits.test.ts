/** What is just still accepted, and what goes wrong behind the query. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTestApi, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'
import { expectProblem } from './_problem.js'

const LIMIT = 128 * 1024

describe.each(inject('databases'))('limits on $name', ({ url }) => {
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

  it('accepts the longest title and notes, counted in characters', async () => {
    const ada = await api.signIn('ada')
    const longest = { title: '🧥'.repeat(500), notes: '🧥'.repeat(10_000), dueOn: '9999-12-31' }
    expect(await ada.create(longest)).toMatchObject(longest)
    expect(await ada.create({ title: 'x', dueOn: '0001-01-01' })).toMatchObject({
      dueOn: '0001-01-01',
    })
  })

  it('a body of exactly 128 KiB is read', async () => {
    const ada = await api.signIn('ada')
    const response = await ada.call('POST', '/api/me/tasks', '{"title":"T"}'.padEnd(LIMIT, ' '))
    expect(response.status).toBe(200)
  })

  it('a subject that Postgres has to quote is a person like any other', async () => {
    for (const subject of [
      `o'neill"; drop table x; --`,
      '\\x41',
      '$1',
      '李',
      "');rollback;--",
      'a'.repeat(255),
    ]) {
      const person = await api.signIn(subject)
      const task = await person.create({ title: subject.slice(0, 400) })
      expect(task.userId).toBe(subject)
      expect((await person.list()).tasks).toHaveLength(1)
      const response = await person.call('GET', `/api/${encodeURIComponent(subject)}/tasks`)
      expect(response.status).toBe(200)
    }
  })

  it('a fault of ours is 500 with the request id, and tells nothing', async () => {
    const broken = await createTestApi({
      ...db.database,
      asUser: async () => {
        throw Object.assign(new Error('secret of the SQL'), { code: '22P02', detail: 'secret' })
      },
    })
    const response = await (await broken.signIn('ada')).call('GET', '/api/me/tasks')
    const text = await response.clone().text()
    expect(text).not.toContain('secret')
    await expectProblem(response, 500, 'internal_error')
    expect(broken.lines.at(-1)).toMatchObject({
      level: 50,
      code: 'internal_error',
      failure: { code: '22P02' },
    })
    expect(JSON.stringify(broken.lines)).not.toContain('secret')
    broken.close()
  })
})
