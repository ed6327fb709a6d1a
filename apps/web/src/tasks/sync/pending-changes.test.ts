import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import { createTestClock, makeTask, settle, toId } from '../_task.js'
import type { TasksApi } from '../api/api.js'
import { ConflictError, RefusedError, UnavailableError } from '../api/failures.js'
import type { ListQuery } from '../api/list-query.js'
import type { Task, TaskChanges } from '../api/task.js'
import { readTasks, toListKey } from './cache.js'
import { type Change, toNewTask } from './change.js'
import { createConnection } from './connection.js'
import { createPendingChanges, listPending } from './pending-changes.js'
import { createVersionChain } from './version-chain.js'

const at = '2026-11-21T09:00:00.000Z'
const open: ListQuery = { status: 'open', deleted: false, sort: 'newest', q: '' }

/** An API of one task, which refuses and fails as it is told. */
function createApi(task: Task) {
  const state = { task, failures: [] as unknown[] }
  function answer(next: Partial<Task>): Task {
    if (state.failures.length > 0) throw state.failures.shift()
    state.task = { ...state.task, ...next, version: state.task.version + 1 }
    return state.task
  }
  const api = {
    list: vi.fn<TasksApi['list']>(async () => ({ tasks: [state.task], nextCursor: null })),
    read: vi.fn<TasksApi['read']>(async () => state.task),
    create: vi.fn<TasksApi['create']>(async (fields) => {
      state.task = { ...state.task, version: 0 }
      return answer(fields)
    }),
    update: vi.fn<TasksApi['update']>(async (_, changes: TaskChanges, version) => {
      if (version !== null && version !== state.task.version) {
        throw new RefusedError(412, 'precondition_failed')
      }
      return answer(changes)
    }),
    remove: vi.fn<TasksApi['remove']>(async () => answer({ deletedAt: at })),
    restore: vi.fn<TasksApi['restore']>(async () => answer({ deletedAt: null })),
  }
  return { api, state }
}

function createStorage() {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

function setUp(task = makeTask(), storage = createStorage()) {
  const { api, state } = createApi(task)
  const clock = createTestClock()
  const client = new QueryClient()
  client.setQueryData(toListKey(open), {
    pages: [{ tasks: [task], nextCursor: null }],
    pageParams: [null],
  })
  const connection = createConnection({
    isOnline: () => true,
    isSignedOut: (error) => error === 'nobody',
    isTokenUnavailable: () => false,
    now: clock.now,
    after: clock.after,
  })
  const confirmed: Task[] = []
  const refused: Array<[Change, unknown]> = []
  const pendingChanges = createPendingChanges({
    client,
    api,
    connection,
    versionChain: createVersionChain(),
    storage,
    userId: 'user-1',
    onConfirmed: (task) => confirmed.push(task),
    onRefused: (change, error) => refused.push([change, error]),
  })
  pendingChanges.resume()
  const listed = () => readTasks(client.getQueryData(toListKey(open)))
  return {
    api,
    state,
    clock,
    client,
    connection,
    pendingChanges,
    confirmed,
    refused,
    storage,
    listed,
  }
}

function edit(task: Task, fields: TaskChanges, guarded = true): Change {
  return { kind: 'update', task, fields, guarded, at }
}

/** Waits as long as a busy machine may need. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000 })

describe('createPendingChanges', () => {
  it('sends a change and puts the answer into the lists', async () => {
    const { pendingChanges, state, listed, client } = setUp()
    pendingChanges.add(edit(makeTask(), { title: 'New' }))
    await eventually(() => expect(listed()).toMatchObject([{ title: 'New', version: 2 }]))
    expect(listed()).toEqual([state.task])
    await eventually(() => expect(listPending(client)).toEqual([]))
  })

  it('guards an edit with the version that was seen (If-Match)', async () => {
    const { pendingChanges, api } = setUp()
    pendingChanges.add(edit(makeTask(), { title: 'New' }))
    await eventually(() => expect(api.update).toHaveBeenCalledWith(toId(1), { title: 'New' }, 1))
  })

  it('lets our own changes follow each other, each on the version the last one made', async () => {
    const { pendingChanges, api, refused, state } = setUp()
    const task = makeTask()
    pendingChanges.add(edit(task, { completed: true }, false))
    pendingChanges.add(edit(task, { title: 'New' }))
    pendingChanges.add(edit(task, { notes: 'More' }))
    await eventually(() => expect(state.task.version).toBe(4))
    expect(api.update.mock.calls.map(([, , version]) => version)).toEqual([null, 2, 3])
    expect(refused).toEqual([])
  })

  it('shows what is still being read, and sends and keeps what was read', async () => {
    const { pendingChanges, api, client, storage } = setUp()
    const task = toNewTask({ id: toId(1), userId: 'user-1', title: 'Call !1' }, new Date(at))
    api.create.mockRejectedValue(new UnavailableError('unreachable', 3))
    pendingChanges.add({ kind: 'create', task, at }, Promise.resolve({ title: 'Call' }))
    expect(listPending(client)).toMatchObject([{ task: { title: 'Call !1' } }])
    await eventually(() => expect(api.create.mock.lastCall?.[0]).toMatchObject({ title: 'Call' }))
    expect(listPending(client)).toMatchObject([{ task: { title: 'Call' } }])
    expect([...storage.items.values()].join()).not.toContain('Call !1')
  })

  it('edits a task that is not yet there, once it is', async () => {
    const { pendingChanges, api, clock, state } = setUp()
    const task = toNewTask({ id: toId(1), userId: 'user-1', title: 'Fresh' }, new Date(at))
    state.failures.push(new UnavailableError('unreachable', 3))
    pendingChanges.add({ kind: 'create', task, at })
    pendingChanges.add(edit(task, { priority: 3 }))
    await settle()
    expect(api.update).not.toHaveBeenCalled()
    await clock.advance(3000)
    await eventually(() => expect(state.task.priority).toBe(3))
    expect(api.update).toHaveBeenCalledWith(toId(1), { priority: 3 }, 1)
  })

  it('sends changes of different tasks in the order in which they were made', async () => {
    const { pendingChanges, api, clock, state } = setUp()
    state.failures.push(new UnavailableError('unreachable', 3))
    for (const n of [1, 2, 3]) {
      const fields = { id: toId(n), userId: 'user-1', title: `Task ${n}` }
      pendingChanges.add({ kind: 'create', task: toNewTask(fields, new Date(at)), at })
    }
    await settle()
    expect(api.create).toHaveBeenCalledTimes(1)
    await clock.advance(3000)
    await eventually(() => expect(api.create).toHaveBeenCalledTimes(4))
    const sent = api.create.mock.calls.map(([task]) => task.title)
    expect(sent).toEqual(['Task 1', 'Task 1', 'Task 2', 'Task 3'])
  })

  it('tells of what the API has confirmed, and of nothing else', async () => {
    const { pendingChanges, confirmed, refused, state } = setUp()
    pendingChanges.add(edit(makeTask(), { title: 'New' }))
    await eventually(() => expect(confirmed).toMatchObject([{ title: 'New', version: 2 }]))
    state.failures.push(new RefusedError(422, 'validation_failed'))
    pendingChanges.add(edit(makeTask({ version: 2 }), { title: '' }))
    await eventually(() => expect(refused).toHaveLength(1))
    expect(confirmed).toHaveLength(1)
  })

  it('takes a change back when it is refused, and says so', async () => {
    const { pendingChanges, state, refused, listed, client } = setUp()
    state.failures.push(new RefusedError(422, 'validation_failed'))
    const change = edit(makeTask(), { title: 'Bad' })
    pendingChanges.add(change)
    expect(listPending(client)).toEqual([change])
    await eventually(() => expect(refused).toHaveLength(1))
    expect(refused[0]).toEqual([change, expect.objectContaining({ status: 422 })])
    expect(listPending(client)).toEqual([])
    expect(listed()).toEqual([makeTask()])
  })

  it('reports a conflict with the newer version', async () => {
    const { pendingChanges, state, refused } = setUp()
    state.task = makeTask({ title: 'From elsewhere', version: 2 })
    pendingChanges.add(edit(makeTask(), { title: 'Mine' }))
    await eventually(() => expect(refused).toHaveLength(1))
    expect(refused[0]?.[1]).toEqual(new ConflictError(state.task))
  })

  it('does not take its own first attempt for somebody else: only the answer was lost', async () => {
    const { pendingChanges, state, refused, client } = setUp()
    state.task = makeTask({ title: 'Mine', version: 2 })
    pendingChanges.add(edit(makeTask(), { title: 'Mine' }))
    await eventually(() => expect(listPending(client)).toEqual([]))
    expect(refused).toEqual([])
  })

  it('keeps a change through an outage', async () => {
    const { pendingChanges, clock, state, client, api } = setUp()
    state.failures.push(new UnavailableError('unreachable', 5))
    pendingChanges.add({ kind: 'remove', task: makeTask(), at })
    await settle()
    expect(listPending(client)).toHaveLength(1)
    await clock.advance(5000)
    await eventually(() => expect(listPending(client)).toEqual([]))
    expect(api.remove).toHaveBeenCalledTimes(2)
  })

  it('keeps a change through the end of a session', async () => {
    const { pendingChanges, connection, state, client } = setUp()
    state.failures.push('nobody')
    pendingChanges.add(edit(makeTask(), { title: 'Kept' }))
    await eventually(() => expect(connection.state().kind).toBe('signed-out'))
    expect(listPending(client)).toHaveLength(1)
    connection.signedIn()
    await eventually(() => expect(state.task.title).toBe('Kept'))
  })

  it('keeps a change through a reload of the page', async () => {
    const before = setUp()
    before.state.failures.push('nobody')
    before.pendingChanges.add(edit(makeTask(), { title: 'Kept' }))
    await eventually(() => expect(before.storage.items.size).toBe(1))

    const after = setUp(makeTask(), before.storage)
    await eventually(() => expect(after.state.task.title).toBe('Kept'))
    await eventually(() => expect(before.storage.items.size).toBe(0))
  })

  it('does not take its own changes for somebody else’s after a reload', async () => {
    const before = setUp()
    before.pendingChanges.add(edit(makeTask(), { title: 'First' }))
    await eventually(() => expect(before.state.task.version).toBe(2))
    before.connection.signedOut()
    before.pendingChanges.add(edit(makeTask(), { notes: 'Second' }))
    await eventually(() => expect(listPending(before.client)).toHaveLength(1))

    const after = setUp(before.state.task, before.storage)
    await eventually(() => expect(after.state.task.notes).toBe('Second'))
    expect(after.api.update).toHaveBeenCalledExactlyOnceWith(toId(1), { notes: 'Second' }, 2)
    expect(after.refused).toEqual([])
  })

  it('leaves another person’s changes alone', async () => {
    const storage = createStorage()
    storage.setItem('claimcheck.changes.user-2', JSON.stringify([edit(makeTask(), { title: 'X' })]))
    const { api } = setUp(makeTask(), storage)
    await settle()
    expect(api.update).not.toHaveBeenCalled()
    expect(storage.items.size).toBe(1)
  })

  it('is not troubled by what it cannot read', () => {
    const storage = createStorage()
    storage.setItem('claimcheck.changes.user-1', '{"not": "a list"')
    expect(() => setUp(makeTask(), storage)).not.toThrow()
  })

  it('leaves out changes of another shape, and sends those beside them', async () => {
    const storage = createStorage()
    const kept = [
      { kind: 'update' },
      { kind: 'archive', task: makeTask() },
      null,
      { kind: 'update', task: { ...makeTask(), version: '1' }, fields: {}, guarded: true, at },
      { kind: 'update', task: makeTask(), fields: { priority: 9 }, guarded: true, at },
      { kind: 'update', task: makeTask(), fields: { dueOn: 'soon' }, guarded: true, at },
      { kind: 'update', task: makeTask(), fields: { colour: 'red' }, guarded: true, at },
      { kind: 'update', task: makeTask(), fields: { title: 'x' }, at },
      { kind: 'update', task: makeTask(), fields: { title: 'x' }, guarded: true },
      { kind: 'remove', task: { id: toId(1), title: 'x' }, at },
      edit(makeTask(), { title: 'Mine' }),
    ]
    storage.setItem('claimcheck.changes.user-1', JSON.stringify(kept))
    const { api } = setUp(makeTask(), storage)
    await vi.waitFor(() => expect(api.update).toHaveBeenCalledTimes(1), { timeout: 10_000 })
    expect(api.update.mock.calls[0]?.[1]).toEqual({ title: 'Mine' })
    expect(api.remove).not.toHaveBeenCalled()
  })

  it('forgets everything for somebody who signs out', async () => {
    const { pendingChanges, connection, storage, client } = setUp()
    connection.signedOut()
    pendingChanges.add(edit(makeTask(), { title: 'Mine' }))
    await eventually(() => expect(storage.items.size).toBe(1))
    pendingChanges.clear()
    expect(storage.items.size).toBe(0)
    expect(listPending(client)).toEqual([])
  })
})
