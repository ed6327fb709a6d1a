// What people do to tasks, in their terms: each action shows at once, says what happened, and can be undone.

import { tasksCopy } from '../copy/tasks.js'
import type { Toasts } from '../ui/toasts.js'
import { type Change, toNewTask } from './change.js'
import type { Drafts } from './drafts.js'
import { ConflictError, RefusedError } from './failures.js'
import type { Outbox } from './outbox.js'
import { readChanges, readPrevious, type Task, type TaskChanges, type TaskFields } from './task.js'

export interface ActionsOptions {
  readonly outbox: Outbox
  readonly drafts: Drafts
  readonly toasts: Pick<Toasts, 'show'>
  readonly userId: string
  now(): Date
  newId(): string
  /** Opens the editor of a task, wherever it is listed. */
  openEditor(task: Task): void
}

export interface TaskActions {
  add(title: string, dueOn: string | null): Task
  /** Completes an open task, or opens a completed one. */
  toggle(task: Task): void
  /** Saves what the editor holds; nothing is sent when nothing differs. */
  save(base: Task, fields: TaskFields): void
  /** Saves the fields over a newer version, knowingly. */
  overwrite(newer: Task, changes: TaskChanges): void
  remove(task: Task): void
  restore(task: Task): void
  /** Says that the API refused a change, and what became of it. */
  reportRefusal(change: Change, error: unknown): void
}

const words = tasksCopy.toasts

export function createActions(options: ActionsOptions): TaskActions {
  const { outbox, drafts, toasts } = options
  const at = () => options.now().toISOString()

  /** What was said about changes that may still be refused. */
  const said = new WeakMap<Change, () => void>()

  /** Says what happened at once, with the way back. */
  function say(change: Change, text: string, undo: () => void): void {
    said.set(change, toasts.show({ text, action: { label: words.undo, undoes: true, run: undo } }))
  }

  function update(task: Task, fields: TaskChanges, guarded: boolean): Change {
    return make({ kind: 'update', task, fields, guarded, at: at() })
  }

  function move(task: Task, kind: 'remove' | 'restore'): Change {
    return make({ kind, task, at: at() })
  }

  function make(change: Change): Change {
    outbox.add(change)
    return change
  }

  function edit(task: Task, changes: TaskChanges): void {
    if (Object.keys(changes).length === 0) return
    const change = update(task, changes, true)
    const after = { ...task, ...changes }
    say(change, words.changed(after.title), () => update(after, readPrevious(task, changes), false))
  }

  return {
    add(title, dueOn) {
      const { userId } = options
      const task = toNewTask({ id: options.newId(), userId, title, dueOn }, options.now())
      outbox.add({ kind: 'create', task, at: task.createdAt })
      return task
    },
    toggle(task) {
      const completed = !task.completed
      const change = update(task, { completed }, false)
      const after = { ...task, completed }
      const sentence = completed ? words.completed : words.reopened
      say(change, sentence(task.title), () => update(after, { completed: task.completed }, false))
    },
    save(base, fields) {
      drafts.delete(base.id)
      edit(base, readChanges(base, fields))
    },
    overwrite(newer, changes) {
      drafts.delete(newer.id)
      edit(newer, changes)
    },
    remove(task) {
      drafts.delete(task.id)
      const change = move(task, 'remove')
      const after = { ...task, deletedAt: at() }
      say(change, words.removed(task.title), () => move(after, 'restore'))
    },
    restore(task) {
      const change = move(task, 'restore')
      const after = { ...task, deletedAt: null }
      say(change, words.restored(task.title), () => move(after, 'remove'))
    },
    reportRefusal(change, error) {
      const { task } = change
      said.get(change)?.()
      if (change.kind === 'update' && error instanceof ConflictError) {
        keepDraft(drafts, change, error.newer as Task) // the outbox throws it with a task
        toasts.show({
          text: words.conflict(task.title),
          bad: true,
          action: { label: words.choose, run: () => options.openEditor(task) },
        })
      } else if (change.kind === 'update' && isGone(error)) {
        toasts.show({
          text: words.gone(task.title),
          bad: true,
          action: {
            label: words.bringBack,
            run() {
              move(task, 'restore')
              update(task, change.fields, false)
            },
          },
        })
      } else if (change.kind === 'create') {
        if (!drafts.readNew()) drafts.writeNew(task.title)
        toasts.show({ text: words.refusedNew(task.title), bad: true })
      } else if (change.kind === 'update' && hasText(change.fields)) {
        keepDraft(drafts, change)
        toasts.show({ text: words.refused(task.title), bad: true })
      } else {
        toasts.show({ text: words.refusedMove(task.title), bad: true })
      }
    },
  }
}

function keepDraft(drafts: Drafts, change: Change & { kind: 'update' }, newer?: Task): void {
  const { task } = change
  const { title, notes, priority, dueOn } = { ...task, ...change.fields }
  const fields: TaskFields = { title, notes, priority, dueOn }
  drafts.set(task.id, { base: task, fields, ...(newer && { newer }) })
}

function isGone(error: unknown): boolean {
  return error instanceof RefusedError && error.status === 404
}

function hasText(fields: TaskChanges): boolean {
  return fields.title !== undefined || fields.notes !== undefined
}
