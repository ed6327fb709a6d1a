import { describe, expect, it } from 'vitest'
import type { ToastMessage } from '../../ui/toasts.js'
import { makeTask } from '../_task.js'
import { ConflictError, RefusedError } from '../api/failures.js'
import type { Task } from '../api/task.js'
import { createActions } from './actions.js'
import type { Change } from './change.js'
import { createDrafts } from './drafts.js'
import { createHistory } from './history.js'

const now = new Date('2026-11-21T09:00:00.000Z')
const at = now.toISOString()

function setUp() {
  const changes: Change[] = []
  const shown: Array<ToastMessage & { closed: boolean }> = []
  const opened: Task[] = []
  const left: Array<[boolean, boolean]> = []
  const drafts = createDrafts(null, 'user-1')
  const history = createHistory()
  const actions = createActions({
    pendingChanges: {
      add: (change) => void changes.push(change),
      isWaiting: () => false,
      untilConfirmed: async () => {},
      resume: () => {},
      clear: () => {},
    },
    drafts,
    toasts: {
      show(message) {
        const entry = { ...message, closed: false }
        shown.push(entry)
        return () => {
          entry.closed = true
        }
      },
    },
    history,
    userId: 'user-1',
    now: () => now,
    newId: () => 'new-id',
    leave: (before, after) => void left.push([before.completed, after.completed]),
    openEditor: (task) => void opened.push(task),
  })
  return { actions, changes, shown, opened, left, drafts, history }
}

describe('createActions', () => {
  it('adds a task with an id of its own, which makes sending it again harmless', () => {
    const { actions, changes } = setUp()
    const task = actions.add({ title: 'Collect the coat', dueOn: '2026-11-21' })
    expect(task).toMatchObject({ id: 'new-id', userId: 'user-1', dueOn: '2026-11-21', version: 0 })
    expect(changes).toEqual([{ kind: 'create', task, at }])
  })

  it('says where a task is once it is known what its text says', async () => {
    const { actions, shown } = setUp()
    const reading = Promise.resolve({ title: 'Call' })
    actions.add({ title: 'Call tomorrow' }, ({ title }) => ({ text: title }), reading)
    expect(shown).toEqual([])
    await reading
    expect(shown).toMatchObject([{ text: 'Call' }])
  })

  it('saves only what differs, guarded by the version that was edited', () => {
    const { actions, changes, drafts } = setUp()
    const base = makeTask({ version: 4 })
    drafts.set(base.id, { base, fields: base })
    actions.save(base, { ...base, notes: 'Before ten' })
    expect(changes).toEqual([
      { kind: 'update', task: base, fields: { notes: 'Before ten' }, guarded: true, at },
    ])
    expect(drafts.get(base.id)).toBeUndefined()
  })

  it('sends nothing when nothing differs', () => {
    const { actions, changes, shown } = setUp()
    actions.save(makeTask(), makeTask())
    expect(changes).toEqual([])
    expect(shown).toEqual([])
  })

  const task = makeTask()
  const undone: ReadonlyArray<
    [string, (actions: ReturnType<typeof setUp>['actions']) => void, Partial<Change>]
  > = [
    ['completing', (a) => a.toggle(task), { kind: 'update', fields: { completed: false } }],
    [
      'editing',
      (a) => a.save(task, { ...task, title: 'New', dueOn: '2026-12-24' }),
      { kind: 'update', fields: { title: task.title, dueOn: null } },
    ],
    ['deleting', (a) => a.remove(task), { kind: 'restore' }],
    ['restoring', (a) => a.restore({ ...task, deletedAt: at }), { kind: 'remove' }],
  ]
  it.each(undone)('undoes %s', (_, run, expected) => {
    const { actions, changes, shown } = setUp()
    run(actions)
    shown[0]?.action?.run()
    expect(changes).toHaveLength(2)
    expect(changes[1]).toMatchObject(expected)
  })

  it.each(undone)('undoes %s also when its message is gone, and once', (_, run, expected) => {
    const { actions, changes, shown, history } = setUp()
    run(actions)
    expect(history.undoLast()).not.toBeNull()
    expect(shown.map(({ closed }) => closed)).toEqual([true])
    expect(history.undoLast()).toBeNull()
    expect(changes).toHaveLength(2)
    expect(changes[1]).toMatchObject(expected)
  })

  it('undoes adding, which needs no message', () => {
    const { actions, changes, shown, history } = setUp()
    const added = actions.add({ title: 'Collect the coat' })
    expect(shown).toEqual([])
    history.undoLast()
    expect(changes[1]).toMatchObject({ kind: 'remove', task: { id: added.id } })
  })

  it('gives back what was typed into a task that was deleted', () => {
    const { actions, drafts, history } = setUp()
    const draft = { base: task, fields: { ...task, notes: 'Half a' } }
    drafts.set(task.id, draft)
    actions.remove(task)
    expect(drafts.get(task.id)).toBeUndefined()
    history.undoLast()
    expect(drafts.get(task.id)).toEqual(draft)
  })

  it('does not put what was typed into a deleted task over what was typed since', () => {
    const { actions, drafts, history } = setUp()
    drafts.set(task.id, { base: task, fields: { ...task, notes: 'Half a' } })
    actions.remove(task)
    actions.restore({ ...task, deletedAt: at })
    const newer = { base: task, fields: { ...task, notes: 'Another' } }
    drafts.set(task.id, newer)
    history.undoLast()
    history.undoLast()
    expect(drafts.get(task.id)).toEqual(newer)
  })

  it('gives back what was thrown away, but not over what was typed since', () => {
    const { actions, drafts, history, opened } = setUp()
    const draft = { base: task, fields: { ...task, notes: 'Half a' } }
    drafts.set(task.id, draft)
    actions.discard(task)
    history.undoLast()
    expect(drafts.get(task.id)).toEqual(draft)
    expect(opened).toEqual([task])

    actions.discard(task)
    const newer = { base: task, fields: { ...task, notes: 'Another' } }
    drafts.set(task.id, newer)
    history.undoLast()
    expect(drafts.get(task.id)).toEqual(newer)
  })

  it('takes an edit back guarded, so that nothing of somebody else is overwritten', () => {
    const { actions, changes, history } = setUp()
    actions.save(task, { ...task, title: 'Mine' })
    history.undoLast()
    expect(changes[1]).toMatchObject({ fields: { title: task.title }, guarded: true })
  })

  it('offers no way back from what was refused', () => {
    const { actions, changes, history } = setUp()
    actions.toggle(task)
    actions.reportRefusal(changes[0] as Change, new RefusedError(403, 'not_owner'))
    expect(history.undoLast()).toBeNull()
  })

  it('keeps what was typed when there is a newer version, and offers the choice', () => {
    const { actions, changes, shown, opened, drafts } = setUp()
    actions.save(task, { ...task, title: 'Mine' })
    const newer = makeTask({ title: 'From elsewhere', version: 2 })
    actions.reportRefusal(changes[0] as Change, new ConflictError(newer))
    expect(drafts.get(task.id)).toMatchObject({ base: task, fields: { title: 'Mine' }, newer })
    expect(shown.map(({ closed }) => closed)).toEqual([true, false])
    shown[1]?.action?.run()
    expect(opened).toEqual([task])
  })

  it('saves over a newer version on purpose, guarded by that version', () => {
    const { actions, changes } = setUp()
    const newer = makeTask({ title: 'From elsewhere', version: 2 })
    actions.overwrite(newer, { title: 'Mine' })
    expect(changes[0]).toMatchObject({ task: newer, fields: { title: 'Mine' }, guarded: true })
  })

  it('offers to bring a task back that was deleted elsewhere, with the changes', () => {
    const { actions, changes, shown } = setUp()
    actions.save(task, { ...task, title: 'Mine' })
    actions.reportRefusal(changes[0] as Change, new RefusedError(404, 'not_found'))
    shown[1]?.action?.run()
    expect(changes.slice(1).map(({ kind }) => kind)).toEqual(['restore', 'update'])
    expect(changes[2]).toMatchObject({ fields: { title: 'Mine' }, guarded: false })
  })

  it('shows what was completed, or opened again, for a moment before it leaves', () => {
    const { actions, left } = setUp()
    actions.toggle(task)
    actions.toggle({ ...task, completed: true })
    expect(left).toEqual([
      [false, true],
      [true, false],
    ])
  })

  it('says why nothing can be added to a full list, and how to make room', () => {
    const { actions, changes, drafts, shown } = setUp()
    const full = new RefusedError(409, 'too_many_tasks')
    actions.add({ title: 'One too many' })
    actions.reportRefusal(changes[0] as Change, full)
    expect(drafts.readNew()).toBe('One too many')
    expect(shown[0]?.text).toContain('20\u00a0000 tasks are the most')
    drafts.writeNew('The next thing')
    actions.add({ title: 'Another' })
    actions.reportRefusal(changes[1] as Change, full)
    expect(shown[1]).toMatchObject({ bad: true, action: { label: 'Try again' } })
    expect(shown[1]?.text).toContain('Empty the trash to make room')
    shown[1]?.action?.run()
    expect(changes[2]).toMatchObject({ kind: 'create', task: { title: 'Another' } })
  })

  it('puts a refused new task back into the field', () => {
    const { actions, changes, drafts, shown } = setUp()
    actions.add({ title: 'Too strange' })
    actions.reportRefusal(changes[0] as Change, new RefusedError(422, 'validation_failed'))
    expect(drafts.readNew()).toBe('Too strange')
    expect(shown).toMatchObject([{ bad: true }])
  })

  it('offers the text of what can never be added, and keeps what is being typed meanwhile', () => {
    const { actions, changes, drafts, shown } = setUp()
    actions.add({ title: 'Too strange' })
    drafts.writeNew('The next thing')
    actions.reportRefusal(changes[0] as Change, new RefusedError(422, 'validation_failed'))
    expect(drafts.readNew()).toBe('The next thing')
    shown[0]?.action?.run()
    expect(changes).toHaveLength(1)
    expect(drafts.readNew()).toBe('Too strange')
    shown[1]?.action?.run()
    expect(drafts.readNew()).toBe('The next thing')
    drafts.writeNew('')
    shown[2]?.action?.run()
    expect(drafts.readNew()).toBe('Too strange')
    expect(shown).toHaveLength(3)
  })

  it('tries again what may be added later, and takes that back like any other', () => {
    const { actions, changes, drafts, shown, history } = setUp()
    const added = actions.add({ title: 'Collect the coat' })
    drafts.writeNew('The next thing')
    actions.reportRefusal(changes[0] as Change, new RefusedError(500, 'internal_error'))
    shown[0]?.action?.run()
    expect(changes[1]).toEqual({ kind: 'create', task: added, at })
    expect(drafts.readNew()).toBe('The next thing')
    expect(history.undoLast()).not.toBeNull()
    expect(changes[2]).toMatchObject({ kind: 'remove', task: { id: added.id } })
  })

  it('offers no way back from a second attempt that was refused as well', () => {
    const { actions, changes, drafts, shown, history } = setUp()
    actions.add({ title: 'Collect the coat' })
    drafts.writeNew('The next thing')
    actions.reportRefusal(changes[0] as Change, new RefusedError(500, 'internal_error'))
    shown[0]?.action?.run()
    actions.reportRefusal(changes[1] as Change, new RefusedError(500, 'internal_error'))
    expect(history.undoLast()).toBeNull()
  })

  it('keeps the text of a refused edit', () => {
    const { actions, changes, shown, drafts } = setUp()
    actions.save(task, { ...task, notes: 'Long' })
    actions.reportRefusal(changes[0] as Change, new RefusedError(422, 'validation_failed'))
    expect(drafts.get(task.id)).toMatchObject({ fields: { notes: 'Long' } })
    expect(shown.at(-1)).toMatchObject({ bad: true })
  })

  it('says so when completing was refused; there is no text to keep', () => {
    const { actions, changes, shown, drafts } = setUp()
    actions.toggle(task)
    actions.reportRefusal(changes[0] as Change, new RefusedError(403, 'not_owner'))
    expect(shown.map(({ bad, closed }) => [bad === true, closed])).toEqual([
      [false, true],
      [true, false],
    ])
    expect(drafts.get(task.id)).toBeUndefined()
  })
})
