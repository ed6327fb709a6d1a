'use client'
/** One task in the list: complete it, open it in place, delete it. */

import { memo } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { describeAgo } from '../time/ago.js'
import { Button } from '../ui/button.js'
import { Checkbox } from '../ui/checkbox.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import type { Task } from './api/task.js'
import { DueLabel } from './due-label.js'
import { leaveRow } from './keyboard/row-focus.js'
import { PriorityMark } from './priority-mark.js'
import { useEngine } from './sync/engine-context.js'
import { useDraft } from './sync/use-stores.js'
import { TaskEditor } from './task-editor.js'

export interface TaskRowProps {
  readonly task: Task
  readonly today: string
  readonly isExpanded: boolean
  /** On its way out: seen as it is now for a moment. */
  readonly isLeaving: boolean
  /** Whether the day it is due stands above it already. */
  readonly hasDayAbove: boolean
}

type ClosedRowProps = Omit<TaskRowProps, 'isExpanded' | 'isLeaving'>

const words = tasksCopy.row

export const TaskRow = memo(function TaskRow({ isExpanded, isLeaving, ...row }: TaskRowProps) {
  const { task, today } = row
  return (
    <li
      data-task={task.id}
      data-leaving={isLeaving || undefined}
      className={classes(
        'group border-line border-b',
        isLeaving && 'animate-leave overflow-clip',
        isExpanded
          ? 'scroll-mt-24 scroll-mb-34 lg:scroll-mb-6'
          : 'row-skip scroll-mt-24 scroll-mb-40',
      )}
    >
      {isExpanded ? <TaskEditor task={task} today={today} /> : <ClosedRow {...row} />}
    </li>
  )
})

function ClosedRow({ task, today, hasDayAbove }: ClosedRowProps) {
  const { actions, expanded } = useEngine()
  return (
    <div className="flex items-start rounded-sm -outline-offset-2 has-[[data-row-focus]:focus-visible]:outline-2 has-[[data-row-focus]:focus-visible]:outline-focus">
      <Checkbox
        checked={task.completed}
        label={(task.completed ? words.reopen : words.complete)(task.title)}
        onChange={() => {
          leaveRow(task.id)
          actions.toggle(task)
        }}
      />
      {/* The button holds the title alone, which is its name; the whole middle of the row presses it. */}
      <div className="relative flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5 py-3 sm:flex-nowrap sm:items-start">
        <button
          type="button"
          dir="auto"
          data-row-focus
          aria-label={words.edit(task.title)}
          aria-describedby={`about-${task.id}`}
          onClick={() => expanded.set(task.id)}
          className={classes(
            'min-w-0 basis-full break-words text-left outline-none after:absolute after:inset-0 sm:flex-1 sm:basis-auto',
            task.completed && 'text-quiet line-through',
          )}
        >
          {task.title}
        </button>
        <RowFacts task={task} today={today} hasDayAbove={hasDayAbove} />
      </div>
      <Button
        tone="quiet"
        size="icon"
        aria-label={words.remove(task.title)}
        onClick={() => {
          leaveRow(task.id)
          actions.remove(task)
        }}
        className="mt-1.5 opacity-0 transition-opacity focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:hidden"
      >
        <Icon name="trash" />
      </Button>
    </div>
  )
}

function RowFacts({ task, today, hasDayAbove }: ClosedRowProps) {
  const { timeZone } = useEngine()
  const hasDraft = useDraft(task.id) !== undefined
  const hasDay = task.dueOn !== null && !hasDayAbove
  const hasFacts = hasDraft || task.notes || task.priority || task.completed || hasDay
  return (
    <span
      id={`about-${task.id}`}
      className={classes(
        'min-h-5 shrink-0 items-center gap-3 sm:grid sm:grid-cols-[auto_1rem_1.25rem_9.5rem]',
        hasFacts ? 'flex' : 'hidden',
      )}
    >
      <span className="text-12 text-warn empty:hidden sm:empty:block">
        {hasDraft && words.draft}
      </span>
      {task.notes ? (
        <span title={words.hasNotes} className="text-quiet">
          <Icon name="notes" className="size-4" />
          <span className="sr-only">{words.hasNotes}</span>
        </span>
      ) : (
        <span className="hidden sm:block" />
      )}
      <span className="empty:hidden sm:empty:block">
        <PriorityMark priority={task.priority} />
      </span>
      {task.completedAt && (
        <span className={whenLook}>
          {words.completed(describeAgo(task.completedAt, today, timeZone))}
        </span>
      )}
      {!task.completedAt && !hasDayAbove && (
        <span className={classes(whenLook, 'empty:hidden sm:empty:inline')}>
          {task.dueOn && <DueLabel dueOn={task.dueOn} today={today} />}
        </span>
      )}
    </span>
  )
}

const whenLook = 'text-12 text-quiet sm:text-right'
