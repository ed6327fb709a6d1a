import { describe, expect, it } from 'vitest'
import { makeTask } from '../_task.js'
import { createDrafts } from './drafts.js'

function createStorage() {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

const task = makeTask()
const draft = { base: task, fields: { ...task, title: 'Half a' } }

describe('createDrafts', () => {
  it('keeps what was typed through a reload', () => {
    const storage = createStorage()
    const before = createDrafts(storage, 'user-1')
    before.set(task.id, draft)
    before.writeNew('Buy st')
    const after = createDrafts(storage, 'user-1')
    expect(after.get(task.id)).toEqual(draft)
    expect(after.readNew()).toBe('Buy st')
  })

  it('leaves nothing behind once everything is saved', () => {
    const storage = createStorage()
    const drafts = createDrafts(storage, 'user-1')
    drafts.set(task.id, draft)
    drafts.writeNew('x')
    expect(drafts.count()).toBe(2)
    drafts.delete(task.id)
    drafts.writeNew('')
    expect(storage.items.size).toBe(0)
    expect(drafts.count()).toBe(0)
  })

  it('keeps people apart', () => {
    const storage = createStorage()
    createDrafts(storage, 'user-1').writeNew('mine')
    expect(createDrafts(storage, 'user-2').readNew()).toBe('')
  })

  it('starts empty from what it cannot read, and works without storage', () => {
    const storage = createStorage()
    storage.setItem('claimcheck.drafts.user-1', 'null')
    expect(createDrafts(storage, 'user-1').readNew()).toBe('')
    storage.setItem('claimcheck.drafts.user-1', '{')
    expect(createDrafts(storage, 'user-1').readNew()).toBe('')
    const drafts = createDrafts(null, 'user-1')
    drafts.writeNew('x')
    expect(drafts.readNew()).toBe('x')
  })

  it('leaves out drafts of another shape, and keeps those beside them', () => {
    const storage = createStorage()
    const tasks = { [task.id]: draft, other: { base: {}, fields: {} }, another: null }
    storage.setItem('claimcheck.drafts.user-1', JSON.stringify({ tasks, text: 7 }))
    const drafts = createDrafts(storage, 'user-1')
    expect(drafts.get(task.id)).toEqual(draft)
    expect(drafts.get('other')).toBeUndefined()
    expect(drafts.count()).toBe(1)
    expect(drafts.readNew()).toBe('')
  })

  const newer = { ...task, version: 2 }
  it.each([
    ['a newer version that is no task', { ...draft, newer: { title: 'New' } }],
    ['a newer version of null', { ...draft, newer: null }],
    ['a newer version of a priority nobody knows', { ...draft, newer: { ...newer, priority: 9 } }],
    ['a priority that is no number', { ...draft, fields: { ...draft.fields, priority: 'high' } }],
    ['a day that is none', { ...draft, fields: { ...draft.fields, dueOn: 'soon' } }],
    ['no day at all', { ...draft, fields: { title: 'x', notes: '', priority: 0 } }],
    ['a base without a version', { ...draft, base: { ...task, version: undefined } }],
    ['a base with a moment that is none', { ...draft, base: { ...task, updatedAt: 'now' } }],
  ])('leaves out a draft with %s', (_, kept) => {
    const storage = createStorage()
    const tasks = { [task.id]: kept, other: { ...draft, newer } }
    storage.setItem('claimcheck.drafts.user-1', JSON.stringify({ tasks, text: '' }))
    const drafts = createDrafts(storage, 'user-1')
    expect(drafts.get(task.id)).toBeUndefined()
    expect(drafts.get('other')).toEqual({ ...draft, newer })
  })

  it('tells who listens', () => {
    const drafts = createDrafts(null, 'user-1')
    let told = 0
    const stop = drafts.subscribe(() => {
      told += 1
    })
    drafts.writeNew('x')
    drafts.delete('not there')
    stop()
    drafts.writeNew('y')
    expect(told).toBe(1)
  })
})
