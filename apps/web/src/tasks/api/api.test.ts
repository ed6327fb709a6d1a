import { describe, expect, it, vi } from 'vitest'
import { makeTask } from '../_task.js'
import { createTasksApi } from './api.js'

const url = 'https://api.example.com'

function setUp(answer: () => Promise<Response>, timeout = 1000) {
  const fetch = vi.fn((_input: string, _init: RequestInit) => answer())
  return { fetch, api: createTasksApi({ url, fetch, timeout }) }
}

function json(body: unknown, init?: ResponseInit): () => Promise<Response> {
  return async () => Response.json(body, init)
}

describe('createTasksApi', () => {
  const task = makeTask()

  it('asks for a page, and for the next', async () => {
    const { api, fetch } = setUp(json({ tasks: [task], nextCursor: null }))
    await api.list('status=open', null)
    await api.list('status=open', 'abc')
    expect(fetch.mock.calls.map(([input]) => input)).toEqual([
      `${url}/api/me/tasks?status=open`,
      `${url}/api/me/tasks?status=open&cursor=abc`,
    ])
  })

  it('guards a change with the version, or not', async () => {
    const { api, fetch } = setUp(json(task))
    await api.update(task.id, { title: 'New' }, 3)
    await api.update(task.id, { title: 'New' }, null)
    const guards = fetch.mock.calls.map(([, init]) => new Headers(init.headers).get('if-match'))
    expect(guards).toEqual(['"3"', null])
  })

  it.each([
    ['read', 'GET', ''],
    ['remove', 'DELETE', ''],
    ['restore', 'POST', '/restore'],
  ] as const)('sends %s as %s', async (name, method, suffix) => {
    const { api, fetch } = setUp(json(task))
    await expect(api[name](task.id)).resolves.toEqual(task)
    expect(fetch.mock.calls[0]?.[0]).toBe(`${url}/api/me/tasks/${task.id}${suffix}`)
    expect(fetch.mock.calls[0]?.[1].method ?? 'GET').toBe(method)
  })

  it('reads a refusal from its problem document', async () => {
    const errors = [{ path: 'title', message: 'Must not be blank.' }]
    const { api } = setUp(json({ code: 'validation_failed', errors }, { status: 422 }))
    await expect(api.read(task.id)).rejects.toMatchObject({
      name: 'RefusedError',
      status: 422,
      code: 'validation_failed',
      fields: errors,
    })
  })

  it('takes an answer that is no problem document for a refusal without a reason', async () => {
    const { api } = setUp(async () => new Response('<html>', { status: 500 }))
    await expect(api.read(task.id)).rejects.toMatchObject({ status: 500, code: 'unknown' })
  })

  it.each([
    [503, '7', 'unreachable', 7],
    [502, null, 'unreachable', null],
    [504, null, 'unreachable', null],
    [429, '30', 'busy', 30],
  ] as const)('takes %i for: not now', async (status, retryAfter, reason, seconds) => {
    const headers = retryAfter ? { 'retry-after': retryAfter } : {}
    const { api } = setUp(async () => new Response(null, { status, headers }))
    const failure = { name: 'UnavailableError', reason, retryAfter: seconds }
    await expect(api.read(task.id)).rejects.toMatchObject(failure)
  })

  it('takes a network failure for: not now', async () => {
    const { api } = setUp(async () => {
      throw new TypeError('Failed to fetch')
    })
    await expect(api.read(task.id)).rejects.toMatchObject({ name: 'UnavailableError' })
  })

  it('takes a page of something in between for: not now', async () => {
    const { api } = setUp(async () => new Response('<html>'))
    await expect(api.list('', null)).rejects.toMatchObject({ name: 'UnavailableError' })
  })

  it.each([
    ['a task', { ...task, priority: 9 }],
    ['a task', { tasks: [], nextCursor: null }],
    ['a page', { tasks: [{ ...task, dueOn: 'soon' }], nextCursor: null }],
    ['a page', { tasks: [task] }],
  ])('takes JSON that is not %s for: not now', async (what, answer) => {
    const { api } = setUp(async () => Response.json(answer))
    const asked = what === 'a task' ? api.read(task.id) : api.list('', null)
    await expect(asked).rejects.toMatchObject({ name: 'UnavailableError', reason: 'unreachable' })
  })

  it('takes a request that hangs for: not now', async () => {
    const hangs = vi.fn(
      (_: string, { signal }: RequestInit) =>
        new Promise<Response>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
    )
    const api = createTasksApi({ url, fetch: hangs, timeout: 10 })
    await expect(api.read(task.id)).rejects.toMatchObject({ name: 'UnavailableError' })
  })

  it('passes on what the token client says', async () => {
    const signedOut = Object.assign(new Error('Nobody is signed in.'), { code: 'signed_out' })
    const { api } = setUp(() => Promise.reject(signedOut))
    await expect(api.read(task.id)).rejects.toBe(signedOut)
  })

  it('ends with the caller', async () => {
    const leave = new AbortController()
    leave.abort(new DOMException('gone', 'AbortError'))
    const { api } = setUp(async () => {
      throw new DOMException('gone', 'AbortError')
    })
    await expect(api.list('', null, leave.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
