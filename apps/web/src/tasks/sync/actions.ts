/** What people do to tasks, in their terms: each action shows at once, says what happened, and can be undone. */

import { tasksCopy } from '../../copy/tasks.js'
import type { ToastMessage, Toasts } from '../../ui/toasts.js'
import { ConflictError, RefusedError } from '../api/failures.js'
import {
  pickFields,
  readChanges,
  readPrevious,
  type Task,
  type TaskChanges,
  type TaskFields,
} from '../api/task.js'
import { type Change, toNewTask } from './change.js'
import type { Draft, Drafts } from './drafts.js'
import type { History, Step } from './history.js'
import type { PendingChanges } from './pending-changes.js'

export interface ActionsOptions {
  readonly pendingChanges: PendingChanges
  readonly drafts: Drafts
  readonly toasts: Pick<Toasts, 'show'>
  readonly history: History
  readonly userId: string
  now(): Date
  newId(): string
  /** A task was completed, or opened again: it is seen so for a moment, and then leaves its list. */
  leave(before: Task, after: Task): void
  /** Opens the editor of a task, wherever it is listed. */
  openEditor(task: Task): void
}

export interface TaskActions {
  /**
   * @param announce Says that it was added, where the page does not show it; its refusal takes that back.
   * @param reading What is still to be understood of the fields; never rejects.
   */
  add(
    fields: Pick<TaskFields, 'title'> & Partial<TaskFields>,
    announce?: Announce,
    reading?: Promise<Partial<TaskFields>>,
  ): Task
  /** Completes an open task, or opens a completed one. */
  toggle(task: Task): void
  /** Saves what the editor holds; nothing is sent when nothing differs. */
  save(base: Task, fields: TaskFields): void
  /** Saves the fields over a newer version, knowingly. */
  overwrite(newer: Task, changes: TaskChanges): void
  remove(task: Task): void
  restore(task: Task): void
  /** Throws away what was typed into the editor of the task. */
  discard(task: Task): void
  /** Says that the API refused a change, and what became of it. */
  reportRefusal(change: Change, error: unknown): void
}

type Announce = (task: Task) => ToastMessage | null

const words = tasksCopy.toasts

export function createActions(options: ActionsOptions): TaskActions {
  const { pendingChanges, drafts, toasts, history } = options
  const at = () => options.now().toISOString()

  /** Takes away what was said and remembered about changes that may still be refused. */
  const takenAway = new WeakMap<Change, () => void>()

  /** Remembers the way back, and with a text says what happened and offers it. Gives back how to take both away. */
  function offerUndo(text: string | null, step: Step): () => void {
    let close = () => {}
    const forget = history.add({
      undone: step.undone,
      run() {
        close()
        step.run()
      },
    })
    function undo(): void {
      forget()
      step.run()
    }
    if (text !== null) close = toasts.show({ text, action: { label: words.undo, run: undo } })
    return () => {
      forget()
      close()
    }
  }

  /** For a change: its refusal takes the offer away. */
  function say(change: Change, text: string | null, undone: string, run: () => void): void {
    takenAway.set(change, offerUndo(text, { undone, run }))
  }

  function update(task: Task, fields: TaskChanges, guarded: boolean): Change {
    return make({ kind: 'update', task, fields, guarded, at: at() })
  }

  function move(task: Task, kind: 'remove' | 'restore'): Change {
    return make({ kind, task, at: at() })
  }

  function make(change: Change, reading?: Promise<Partial<TaskFields>>): Change {
    pendingChanges.add(change, reading)
    return change
  }

  function edit(task: Task, changes: TaskChanges): void {
    if (Object.keys(changes).length === 0) return
    const change = update(task, changes, true)
    const after = { ...task, ...changes }
    // Guarded, because it may be taken back much later, when somebody else has changed it again.
    say(change, words.changed(after.title), words.unchanged(task.title), () =>
      update(after, readPrevious(task, changes), true),
    )
  }

  function create(task: Task, announce?: Announce, reading?: Promise<Partial<TaskFields>>): void {
    const change = make({ kind: 'create', task, at: task.createdAt }, reading)
    const forget = offerUndo(null, {
      undone: words.removed(task.title),
      run: () => void move(task, 'remove'),
    })
    let close = () => {}
    function tell(known: Task): void {
      const message = announce?.(known)
      if (message) close = toasts.show(message)
    }
    // Where it will be listed is known once it is understood, and before that it cannot be refused.
    if (reading) void reading.then((fields) => tell({ ...task, ...fields }))
    else tell(task)
    takenAway.set(change, () => {
      forget()
      close()
    })
  }

  /** What was typed since is newer, and stays. */
  function giveBack(task: Task, typed: Draft | undefined): void {
    if (typed && !drafts.get(task.id)) drafts.set(task.id, typed)
  }

  function reportRefusedNew(task: Task, error: unknown): void {
    const isFull = error instanceof RefusedError && error.code === 'too_many_tasks'
    const kept = (isFull ? words.fullKept : words.refusedNewKept)(task.title)
    if (!drafts.readNew()) {
      drafts.writeNew(task.title)
      toasts.show({ text: (isFull ? words.full : words.refusedNew)(task.title), bad: true })
    } else if (isFinal(error) && !isFull) {
      offerText(kept, task.title)
    } else {
      toasts.show({
        text: kept,
        bad: true,
        action: { label: words.tryAgain, run: () => create(task) },
      })
    }
  }

  /**
   * Something else is being typed in the field for new tasks: the text waits in the message, and they may change
   * places.
   */
  function offerText(text: string, title: string): void {
    function run(): void {
      const other = drafts.readNew().trim()
      drafts.writeNew(title)
      if (other) offerText(words.setAside(other), other)
    }
    toasts.show({ text, bad: true, action: { label: words.putBack, run } })
  }

  return {
    add(fields, announce, reading) {
      const { userId } = options
      const task = toNewTask({ ...fields, id: options.newId(), userId }, options.now())
      create(task, announce, reading)
      return task
    },
    toggle(task) {
      const completed = !task.completed
      const after = { ...task, completed }
      options.leave(task, after)
      const change = update(task, { completed }, false)
      const [done, undone] = completed
        ? [words.completed, words.reopened]
        : [words.reopened, words.completed]
      say(change, done(task.title), undone(task.title), () =>
        update(after, { completed: task.completed }, false),
      )
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
      const typed = drafts.get(task.id)
      drafts.delete(task.id)
      const change = move(task, 'remove')
      const after = { ...task, deletedAt: at() }
      say(change, words.removed(task.title), words.restored(task.title), () => {
        move(after, 'restore')
        giveBack(task, typed)
      })
    },
    restore(task) {
      const change = move(task, 'restore')
      const after = { ...task, deletedAt: null }
      say(change, words.restored(task.title), words.removed(task.title), () =>
        move(after, 'remove'),
      )
    },
    discard(task) {
      const typed = drafts.get(task.id)
      if (!typed) return
      drafts.delete(task.id)
      offerUndo(words.discarded, {
        undone: null,
        run() {
          giveBack(task, typed)
          options.openEditor(task)
        },
      })
    },
    reportRefusal(change, error) {
      const { task } = change
      takenAway.get(change)?.()
      if (change.kind === 'update' && error instanceof ConflictError) {
        keepDraft(drafts, change, error.newer as Task) // the pendingChanges throws it with a task
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
        reportRefusedNew(task, error)
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
  const fields = pickFields({ ...task, ...change.fields })
  drafts.set(task.id, { base: task, fields, ...(newer && { newer }) })
}

function isGone(error: unknown): boolean {
  return error instanceof RefusedError && error.status === 404
}

/** Conflict, too large, not valid: the same request can never succeed, whatever changes elsewhere. */
function isFinal(error: unknown): boolean {
  return error instanceof RefusedError && [409, 413, 422].includes(error.status)
}

function hasText(fields: TaskChanges): boolean {
  return fields.title !== undefined || fields.notes !== undefined
}
