'use client'
// The field that is always there: a title and Enter. Before the page's scripts have arrived, or without them, the form
// goes to a Server Action, which calls the API from the server.

import { useActionState, useEffect, useLayoutEffect, useRef } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { Icon } from '../ui/icon.js'
import { addDays } from './day.js'
import { useEngine } from './engine-context.js'
import { limits, type Task } from './task.js'
import { useNewText } from './use-stores.js'
import { dayForNew, isShown, type ListState, toAddress } from './views.js'

/** What the Server Action answers. */
export interface AddState {
  readonly failed: boolean
  readonly text: string
}

export type AddAction = (state: AddState, form: FormData) => Promise<AddState>

export interface QuickAddProps {
  readonly state: ListState
  readonly today: string
  readonly action: AddAction
  /** An id made on the server, so that a form that is sent twice adds one task. */
  readonly formId: string
  onAdded(task: Task, isShownHere: boolean): void
}

const words = tasksCopy.quickAdd
const isServer = typeof window === 'undefined'

export function QuickAdd({ state, today, action, formId, onAdded }: QuickAddProps) {
  const { actions, drafts } = useEngine()
  const text = useNewText()
  const [answer, formAction] = useActionState(action, { failed: false, text: '' })
  const field = useRef<HTMLInputElement>(null)
  const dueOn = dayForNew(state.view, today, addDays(today, 1))

  useLayoutEffect(() => {
    // Typed before the page's scripts were here.
    if (field.current?.value) drafts.writeNew(field.current.value)
  }, [drafts])
  useEffect(() => {
    if (answer.failed) drafts.writeNew(answer.text)
  }, [drafts, answer])

  function add(): void {
    const title = text.trim()
    if (!title) return
    drafts.writeNew('')
    const task = actions.add(title, dueOn)
    onAdded(task, isShown(task, state, today))
  }

  return (
    <form
      action={formAction}
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <div className="flex h-12 items-center gap-1 rounded-md border border-edge bg-card pr-1.5 pl-3 focus-within:outline-2 focus-within:outline-accent">
        <Icon name="plus" className="text-quiet" />
        <label htmlFor="quick-add" className="sr-only">
          {words.label}
        </label>
        <input
          ref={field}
          id="quick-add"
          name="title"
          data-quick-add
          maxLength={limits.title}
          autoComplete="off"
          enterKeyHint="done"
          placeholder={placeholders[state.view] ?? words.placeholder}
          value={text || (answer.failed && isServer ? answer.text : '')}
          onChange={(event) => drafts.writeNew(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
          className="h-full min-w-0 flex-1 bg-transparent px-2 text-16 outline-none"
        />
        <input type="hidden" name="id" value={formId} />
        <input type="hidden" name="path" value={toAddress(state)} />
        <input type="hidden" name="dueOn" value={dueOn ?? ''} />
        <Button type="submit" tone="primary" size="small" className="pointer-coarse:-mr-0.5">
          {words.submit}
        </Button>
      </div>
      {answer.failed && (
        <p role="alert" className="pt-1.5 text-bad">
          {words.failed}
        </p>
      )}
    </form>
  )
}

const placeholders: Partial<Record<ListState['view'], string>> = {
  today: words.placeholderToday,
  upcoming: words.placeholderUpcoming,
}
