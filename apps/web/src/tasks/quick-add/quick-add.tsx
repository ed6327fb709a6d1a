'use client'
/**
 * The field that is always there: a title and Enter. Before the page's scripts have arrived, or
 * without them, the form goes to a Server Action, which calls the API from the server.
 */

import {
  type ClipboardEvent,
  type KeyboardEvent,
  useActionState,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { tasksCopy } from '../../copy/tasks.js'
import { addDays } from '../../time/day.js'
import { Button } from '../../ui/button.js'
import { Icon } from '../../ui/icon.js'
import type { ToastMessage } from '../../ui/toasts.js'
import { limits, type Task } from '../api/task.js'
import { dayForNew, isShown, type ListState, toAddress } from '../list-state/views.js'
import { useEngine } from '../sync/engine-context.js'
import { useNewText } from '../sync/use-stores.js'
import { EntryChips } from './entry-chips.js'
import { PastedLines, readLines } from './pasted-lines.js'
import { useEntry } from './use-entry.js'

/** What the Server Action answers. */
export interface AddState {
  /** Why it could not be added; false when nothing failed. */
  readonly failed: false | keyof typeof words.failed
  readonly text: string
}

export type AddAction = (state: AddState, form: FormData) => Promise<AddState>

export interface QuickAddProps {
  readonly state: ListState
  readonly today: string
  readonly action: AddAction
  /** An id made on the server, so that a form that is sent twice adds one task. */
  readonly formId: string
  /** Where to find a task that is not listed here. */
  goToOpen(): void
}

const words = tasksCopy.quickAdd
const isServer = typeof window === 'undefined'

export function QuickAdd({ state, today, action, formId, goToOpen }: QuickAddProps) {
  const { actions, drafts } = useEngine()
  const text = useNewText()
  const [answer, formAction] = useActionState(action, { failed: false, text: '' })
  const field = useRef<HTMLInputElement>(null)
  const dueOn = dayForNew(state.view, today, addDays(today, 1))
  const entry = useEntry(text, today)
  const [pasted, setPasted] = useState<readonly string[]>([])

  useLayoutEffect(() => {
    // Typed before the page's scripts were here.
    if (field.current?.value) drafts.writeNew(field.current.value)
  }, [drafts])
  useEffect(() => {
    if (answer.failed) drafts.writeNew(answer.text)
  }, [drafts, answer])

  function add(): void {
    if (!text.trim()) return
    drafts.writeNew('')
    setPasted([])
    actions.add({ dueOn, ...entry.fields }, announce, entry.reading())
  }

  /** The row itself says that it was added, where there is one. */
  function announce(task: Task): ToastMessage | null {
    if (isShown(task, state, today)) return null
    return {
      text: words.addedElsewhere(task.title),
      action: { label: words.show, run: goToOpen },
    }
  }

  function addLines(): void {
    drafts.writeNew('')
    setPasted([])
    for (const title of pasted) actions.add({ title, dueOn }, announce)
    field.current?.focus()
  }

  function onPaste(event: ClipboardEvent<HTMLInputElement>): void {
    const lines = readLines(event.clipboardData.getData('text/plain'))
    const { value, selectionStart, selectionEnd } = event.currentTarget
    if (lines.length < 2) return
    // The browser would join them without a space between.
    event.preventDefault()
    const [before, after] = [value.slice(0, selectionStart ?? 0), value.slice(selectionEnd ?? 0)]
    drafts.writeNew(`${before}${lines.join(' ')}${after}`.slice(0, limits.title))
    if (!`${before}${after}`.trim()) setPasted(lines)
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    const { selectionStart, selectionEnd } = event.currentTarget
    if (event.key === 'Escape') event.currentTarget.blur()
    if (event.key === 'Backspace' && selectionStart === selectionEnd) {
      if (entry.keepAsText(selectionStart ?? 0)) event.preventDefault()
    }
  }

  return (
    <form
      action={formAction}
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <div className="flex h-12 items-center gap-1 rounded-md border border-edge bg-card pr-1.5 pl-[11px] focus-within:outline-2 focus-within:outline-focus">
        <Icon name="plus" className="text-quiet" />
        <label htmlFor="quick-add" className="sr-only">
          {words.label}
        </label>
        <input
          ref={field}
          id="quick-add"
          name="title"
          dir="auto"
          data-quick-add
          maxLength={limits.title}
          autoComplete="off"
          enterKeyHint="done"
          placeholder={placeholders[state.view] ?? words.placeholder}
          value={text || (answer.failed && isServer ? answer.text : '')}
          onFocus={entry.load}
          onChange={(event) => {
            drafts.writeNew(event.currentTarget.value)
            setPasted([])
          }}
          onPaste={onPaste}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 bg-transparent px-2 text-16 outline-none"
        />
        <input type="hidden" name="id" value={formId} />
        <input type="hidden" name="path" value={toAddress(state)} />
        <input type="hidden" name="dueOn" value={dueOn ?? ''} />
        <Button type="submit" tone="primary" size="small" className="pointer-coarse:-mr-0.5">
          {words.submit}
        </Button>
      </div>
      <EntryChips entry={entry} today={today} onKept={() => field.current?.focus()} />
      <PastedLines
        lines={pasted}
        onSplit={addLines}
        onKeep={() => {
          setPasted([])
          field.current?.focus()
        }}
      />
      {answer.failed && (
        <p role="alert" className="pt-1.5 text-bad">
          {words.failed[answer.failed]}
        </p>
      )}
    </form>
  )
}

const placeholders: Partial<Record<ListState['view'], string>> = {
  today: words.placeholderToday,
  upcoming: words.placeholderUpcoming,
}
