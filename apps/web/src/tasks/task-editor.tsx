'use client'
/** A task, open in its place in the list. What is typed is kept until it is saved or thrown away on purpose. */

import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { inputLook } from '../ui/field.js'
import { limits, pickFields, readChanges, type Task, type TaskFields } from './api/task.js'
import { ConflictChoice } from './conflict-choice.js'
import { DueField } from './due-field.js'
import { focusTask, leaveRow } from './keyboard/row-focus.js'
import { PriorityField } from './priority-field.js'
import type { Draft } from './sync/drafts.js'
import { useEngine } from './sync/engine-context.js'
import { useDraft } from './sync/use-stores.js'

export interface TaskEditorProps {
  readonly task: Task
  readonly today: string
}

const words = tasksCopy.editor

export function TaskEditor({ task, today }: TaskEditorProps) {
  const { actions, drafts, expanded } = useEngine()
  const draft: Draft = useDraft(task.id) ?? { base: task, fields: task }
  const { fields } = draft
  const [isTitleMissing, setTitleMissing] = useState(false)
  const title = useRef<HTMLInputElement>(null)

  useEffect(() => {
    title.current?.focus()
    title.current?.closest('li')?.scrollIntoView({ block: 'nearest' })
  }, [])

  function change(next: Partial<TaskFields>): void {
    const changed = { ...draft, fields: { ...pickFields(fields), ...next } }
    const isChanged = Object.keys(readChanges(draft.base, changed.fields)).length > 0
    if (isChanged || draft.newer) drafts.set(task.id, changed)
    else drafts.delete(task.id)
  }

  function close(): void {
    expanded.set(null)
    focusTask(task.id)
  }

  function save(): void {
    const trimmed = { ...pickFields(fields), title: fields.title.trim() }
    setTitleMissing(!trimmed.title)
    if (!trimmed.title) {
      title.current?.focus()
      return
    }
    if (draft.newer) actions.overwrite(draft.newer, readChanges(draft.base, trimmed))
    else actions.save(draft.base, trimmed)
    close()
  }

  function cancel(): void {
    actions.discard(task)
    close()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault()
      cancel()
    } else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault()
      save()
    }
  }

  return (
    <form
      aria-label={words.label(draft.base.title)}
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
      onKeyDown={onKeyDown}
      className="my-2 animate-arrive space-y-4 rounded-md border border-line bg-card p-4"
    >
      {draft.newer && (
        <ConflictChoice
          task={draft.newer}
          today={today}
          changes={readChanges(draft.base, fields)}
          onKeepYours={save}
          onKeepNewer={cancel}
        />
      )}
      <div>
        <label htmlFor={`title-${task.id}`} className="mb-1.5 block font-medium">
          {words.title}
        </label>
        <input
          ref={title}
          id={`title-${task.id}`}
          dir="auto"
          value={fields.title}
          maxLength={limits.title}
          autoComplete="off"
          aria-invalid={isTitleMissing || undefined}
          aria-describedby={isTitleMissing ? `title-missing-${task.id}` : undefined}
          onChange={(event) => change({ title: event.currentTarget.value })}
          className={`${inputLook} h-10`}
        />
        {isTitleMissing && (
          <p id={`title-missing-${task.id}`} role="alert" className="mt-1.5 text-bad">
            {words.titleMissing}
          </p>
        )}
      </div>
      <div>
        <label htmlFor={`notes-${task.id}`} className="mb-1.5 block font-medium">
          {words.notes}
        </label>
        <textarea
          id={`notes-${task.id}`}
          dir="auto"
          value={fields.notes}
          maxLength={limits.notes}
          rows={3}
          onChange={(event) => change({ notes: event.currentTarget.value })}
          className={`${inputLook} field-sizing-content max-h-80 min-h-20 resize-y py-2`}
        />
      </div>
      <div className="flex flex-wrap gap-x-8 gap-y-4">
        <DueField
          id={`due-${task.id}`}
          value={fields.dueOn}
          today={today}
          onChange={(dueOn) => change({ dueOn })}
        />
        <PriorityField
          id={`priority-${task.id}`}
          value={fields.priority}
          onChange={(priority) => change({ priority })}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary">
          {words.save}
        </Button>
        <Button onClick={cancel}>{words.cancel}</Button>
        <Button
          tone="danger"
          className="ml-auto"
          onClick={() => {
            leaveRow(task.id)
            expanded.set(null)
            actions.remove(task)
          }}
        >
          {words.remove}
        </Button>
      </div>
    </form>
  )
}
