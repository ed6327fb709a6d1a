/** Every refusal that concerns the request: decided before any query. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiError } from '../src/errors.js'
import {
  createTestApi,
  createTestLimits,
  type Person,
  type TestApi,
  unreachable,
} from './_client.js'
import { expectProblem } from './_problem.js'

const LIMIT = 128 * 1024
const CHUNK = 10_000

describe('refusals before any query', () => {
  let api: TestApi
  let ada: Person
  beforeAll(async () => {
    api = await createTestApi(unreachable)
    ada = await api.signIn('ada')
  })
  afterAll(() => api.close())

  it.each([
    ['a body that is no JSON', '{"title":', 'application/json', 400, 'request_malformed'],
    ['an empty body', '', 'application/json', 400, 'request_malformed'],
    ['a form', 'title=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['text', '{"title":"x"}', 'text/plain', 415, 'unsupported_media_type'],
    ['no type at all', '{"title":"x"}', '', 415, 'unsupported_media_type'],
    [
      'a type that only begins alike',
      '{"title":"x"}',
      'application/jsonp',
      415,
      'unsupported_media_type',
    ],
  ])('%s is refused', async (_, body, type, status, code) => {
    for (const [method, path] of [
      ['POST', '/api/me/tasks'],
      ['PATCH', '/api/me/tasks/4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11'],
    ]) {
      const response = await api.app.request(`${path}`, {
        method: `${method}`,
        // Bytes, so that no type is made up for them.
        body: new TextEncoder().encode(body),
        headers: { Authorization: `Bearer ${ada.token}`, ...(type && { 'Content-Type': type }) },
      })
      await expectProblem(response, status, code)
    }
  })

  it('while there is too much to do, everything is turned away but probes and preflights', async () => {
    const busy = await createTestApi(unreachable, {
      limits: {
        ...createTestLimits(),
        load: {
          enter: () => {},
          leave: () => {},
          turnAwaySome: () => {
            throw new ApiError('overloaded', { retryAfter: 1 })
          },
        },
      },
    })
    const eve = await busy.signIn('eve')
    for (const path of ['/api/me', '/nowhere', '/openapi.json']) {
      const response = await eve.call('GET', path)
      expect(response.headers.get('Retry-After')).toBe('1')
      await expectProblem(response, 503, 'overloaded')
    }
    for (const probe of ['/livez', '/readyz', '/metrics']) {
      expect((await busy.app.request(probe)).status).toBe(200)
    }
    const preflight = { Origin: 'https://app.test', 'Access-Control-Request-Method': 'GET' }
    expect((await eve.call('OPTIONS', '/api/me', undefined, preflight)).status).toBe(204)
    busy.close()
  })

  it('bytes that are not UTF-8 are refused, not replaced', async () => {
    const body = Buffer.concat([
      Buffer.from('{"title":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ])
    const response = await api.app.request('/api/me/tasks', {
      method: 'POST',
      body,
      headers: { Authorization: `Bearer ${ada.token}`, 'Content-Type': 'application/json' },
    })
    await expectProblem(response, 400, 'request_malformed')
  })

  it.each([
    ['announced', true],
    ['sent in chunks without a length', false],
  ])('a body over 128 KiB is 413, %s', async (_, announced) => {
    const body = Buffer.alloc(LIMIT + 1, 0x20)
    const response = await api.app.request('/api/me/tasks', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${ada.token}`,
        'Content-Type': 'application/json',
        ...(announced && { 'Content-Length': String(body.length) }),
      },
      ...(announced ? { body } : { body: toChunks(body), duplex: 'half' }),
    } as RequestInit)
    await expectProblem(response, 413, 'body_too_large')
  })

  const task = { title: 'T' }
  it.each<[string, unknown, string]>([
    ['no title', {}, 'title'],
    ['an empty title', { title: '' }, 'title'],
    ['a blank title', { title: ' \n\t' }, 'title'],
    ['a title of 501 characters', { title: 'x'.repeat(501) }, 'title'],
    ['a title of 501 emoji', { title: '🧥'.repeat(501) }, 'title'],
    ['a title that is no text', { title: 7 }, 'title'],
    ['NUL in the title', { title: 'a\0b' }, 'title'],
    ['half a surrogate pair in the title', { title: 'a\ud83e' }, 'title'],
    ['NUL in the notes', { ...task, notes: '\0' }, 'notes'],
    ['notes of 10 001 characters', { ...task, notes: 'x'.repeat(10_001) }, 'notes'],
    ['null notes', { ...task, notes: null }, 'notes'],
    ['priority 4', { ...task, priority: 4 }, 'priority'],
    ['priority -1', { ...task, priority: -1 }, 'priority'],
    ['priority 1.5', { ...task, priority: 1.5 }, 'priority'],
    ['priority as text', { ...task, priority: '1' }, 'priority'],
    ['a due date that is a moment', { ...task, dueOn: '2026-12-24T00:00:00Z' }, 'dueOn'],
    ['a due date that does not exist', { ...task, dueOn: '2026-02-30' }, 'dueOn'],
    ['a due date in the year 0', { ...task, dueOn: '0000-01-01' }, 'dueOn'],
    ['completed as text', { ...task, completed: 'true' }, 'completed'],
    ['an id that is no UUID', { ...task, id: '7' }, 'id'],
    ['userId', { ...task, userId: 'bob' }, 'userId'],
    ['user_id', { ...task, user_id: 'bob' }, 'user_id'],
    ['version', { ...task, version: 9 }, 'version'],
    ['createdAt', { ...task, createdAt: '2020-01-01T00:00:00.000Z' }, 'createdAt'],
    ['updatedAt', { ...task, updatedAt: '2020-01-01T00:00:00.000Z' }, 'updatedAt'],
    ['completedAt', { ...task, completedAt: null }, 'completedAt'],
    ['deletedAt', { ...task, deletedAt: null }, 'deletedAt'],
    ['a field nobody knows', { ...task, colour: 'red' }, 'colour'],
    ['__proto__', '{"title":"T","__proto__":{"userId":"bob"}}', '__proto__'],
    ['a list', [task], ''],
    ['null', null, ''],
    ['text', '"title"', ''],
  ])('POST with %s is 422 and names the field', async (_, body, path) => {
    const response = await ada.call('POST', '/api/me/tasks', body)
    const problem = await expectProblem(response, 422, 'validation_failed')
    expect(problem.errors).toEqual([{ path, message: expect.stringMatching(/\S/) }])
  })

  it.each<[string, unknown, string]>([
    ['an id', { id: '4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11' }, 'id'],
    ['userId', { title: 'T', userId: 'bob' }, 'userId'],
    ['version', { version: 2 }, 'version'],
    ['completedAt', { completedAt: '2020-01-01T00:00:00.000Z' }, 'completedAt'],
    ['a blank title', { title: '' }, 'title'],
    ['null for a title', { title: null }, 'title'],
    ['nothing to change', {}, ''],
  ])('PATCH with %s is 422 and names the field', async (_, body, path) => {
    const id = '4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11'
    const response = await ada.call('PATCH', `/api/me/tasks/${id}`, body)
    const problem = await expectProblem(response, 422, 'validation_failed')
    expect(problem.errors).toEqual([{ path, message: expect.stringMatching(/\S/) }])
  })

  it('names every field that is not valid, and never its value', async () => {
    const secret = 'sesame-42'
    const body = {
      title: `${secret}\0`,
      dueOn: secret,
      priority: secret,
      [`x${'y'.repeat(300)}`]: secret,
    }
    const response = await ada.call('POST', '/api/me/tasks', body)
    const text = await response.clone().text()
    const problem = await expectProblem(response, 422, 'validation_failed')
    expect(problem.errors?.map(({ path }) => path.slice(0, 8)).sort()).toEqual([
      'dueOn',
      'priority',
      'title',
      'xyyyyyyy',
    ])
    expect(text).not.toContain(secret)
    expect(text.length).toBeLessThan(1200)
  })

  it.each([
    ['status=closed', 'status'],
    ['sort=title', 'sort'],
    ['order=up', 'order'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=%2B5', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['deleted=yes', 'deleted'],
    ['q=%00', 'q'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['page=2', 'page'],
    ['user_id=bob', 'user_id'],
  ])('a list with ?%s is 422', async (query, path) => {
    const response = await ada.call('GET', `/api/me/tasks?${query}`)
    const problem = await expectProblem(response, 422, 'validation_failed')
    expect(problem.errors).toEqual([{ path, message: expect.stringMatching(/\S/) }])
  })

  it.each([
    ['/nowhere', 404, 'not_found'],
    ['/api/nowhere', 404, 'not_found'],
    ['/api/me/nowhere', 404, 'not_found'],
    ['/api/me/tasks/4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11/nowhere', 404, 'not_found'],
    ['/api/bob/tasks/1/nowhere', 403, 'not_owner'],
  ])('an unknown path is a problem: %s is %d', async (path, status, code) => {
    await expectProblem(await ada.call('GET', path), status, code)
  })

  it.each(['/api', '/api/', '/api/nowhere', '/api/bob/tasks', '/api/bob/tasks/1/nowhere'])(
    'a stranger learns nothing below /api: %s is 401, whatever the method',
    async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        await expectProblem(await api.app.request(path, { method }), 401, 'token_missing')
      }
    },
  )

  it.each([
    ['PUT', '/api/me/tasks', 'GET, HEAD, POST'],
    ['DELETE', '/api/tasks', 'GET, HEAD, POST'],
    ['POST', '/api/me/tasks/4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/api/me/tasks/4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11/restore', 'POST'],
    ['POST', '/api/me', 'GET, HEAD'],
    ['POST', '/livez', 'GET, HEAD'],
    ['DELETE', '/docs', 'GET, HEAD'],
  ])('%s %s is 405 and Allow says %s', async (method, path, allow) => {
    const response = await ada.call(method, path)
    expect(response.headers.get('Allow')).toBe(allow)
    await expectProblem(response, 405, 'method_not_allowed')
    const asked = await ada.call('OPTIONS', path)
    expect([asked.status, asked.headers.get('Allow')]).toEqual([204, allow])
  })
})

function toChunks(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    pull: (controller) => {
      if (sent >= bytes.length) controller.close()
      else controller.enqueue(bytes.subarray(sent, sent + CHUNK))
      sent += CHUNK
    },
  })
}
