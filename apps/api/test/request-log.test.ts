/** The log: one line for each request, and nothing in it that anybody wrote. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTestApi, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

const secret = 'sesame42'

describe.each(inject('databases'))('the log on $name', ({ url }) => {
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

  it('names request, method, route, status, code and time, and nothing else', async () => {
    const ada = await api.signIn('ada')
    const { id } = await ada.create({ title: 'T' })
    const cases = [
      ['GET', '/api/ada/tasks', '/api/:user_id/tasks', 200, undefined],
      ['GET', `/api/tasks/${id}`, '/api/tasks/:task_id', 200, undefined],
      ['GET', `/api/me/tasks/${randomUUID()}`, '/api/:user_id/tasks/:task_id', 404, 'not_found'],
      ['PUT', `/api/me/tasks/${id}`, null, 405, 'method_not_allowed'],
      ['GET', '/api/bob/tasks', '/api/:user_id/tasks', 403, 'not_owner'],
      ['GET', '/nowhere', null, 404, 'not_found'],
      ['HEAD', '/api/me', '/api/me', 200, undefined],
    ] as const
    for (const [method, path, route, status, code] of cases) {
      const before = api.lines.length
      await ada.call(method, path, undefined, { 'X-Request-Id': 'req-1' })
      expect(api.lines.slice(before)).toEqual([
        {
          level: 30,
          time: expect.any(Number),
          pid: expect.any(Number),
          hostname: expect.any(String),
          requestId: 'req-1',
          method,
          route,
          status,
          ...(code !== undefined && { code }),
          milliseconds: expect.any(Number),
          msg: 'request',
        },
      ])
    }
  })

  it.each([
    ['with a line break', 'a\nb'],
    ['with spaces', 'a b'],
    ['too long', 'a'.repeat(65)],
    ['with markup', '<b>'],
  ])('makes up a request id instead of one %s', async (_, id) => {
    const headers = new Headers()
    try {
      headers.set('X-Request-Id', id)
    } catch {
      headers.set('X-Request-Id', encodeURIComponent(id))
    }
    const response = await api.app.request('/livez', { headers })
    expect(response.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('holds no token, header, query value, path value, body, parameter or SQL', async () => {
    const ada = await api.signIn(secret)
    const id = randomUUID()
    await ada.create({ id, title: `${secret} title`, notes: secret })
    await ada.call('POST', '/api/me/tasks', { id, title: `${secret} other` })
    await ada.call('PATCH', `/api/me/tasks/${id}`, { title: secret, [secret]: secret })
    await ada.call('GET', `/api/${secret}/tasks?q=${secret}&${secret}=1`)
    await ada.call('GET', `/api/me/tasks/${secret}`)
    await ada.call('GET', `/api/${secret}-of-somebody/tasks`)
    await ada.call('GET', `/${secret}`, undefined, { 'X-Custom': secret, Cookie: `a=${secret}` })
    await ada.call('POST', '/api/me/tasks', `{"title": "${secret}`)
    await api.app.request('/api/me', { headers: { Authorization: `Bearer ${secret}.x.y` } })
    const broken = await createTestApi({
      ...db.database,
      asUser: (userId, work) =>
        db.database.asUser(userId, async (tx) => {
          await work(tx)
          // An error whose message and detail quote what was written.
          await tx.insertInto('claimcheck_tasks.accounts').values({ user_id: userId }).execute()
          return await work(tx)
        }),
    })
    const eve = await broken.signIn(`${secret}-eve`)
    expect((await eve.call('POST', '/api/me/tasks', { title: secret })).status).toBe(500)
    broken.close()
    expect(broken.lines.at(-1)).toMatchObject({
      level: 50,
      status: 500,
      code: 'internal_error',
      failure: { code: '23505', at: expect.arrayContaining([expect.stringMatching(/^at /)]) },
    })
    const written = JSON.stringify([...api.lines, ...broken.lines])
    expect(written).not.toContain(secret)
    expect(written).not.toMatch(/eyJ|insert into|select "|\$1/i)
  })
})
