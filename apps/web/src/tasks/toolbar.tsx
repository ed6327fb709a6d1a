'use client'
/** Search, order and filter; all three are in the address. */

import { useEffect, useRef, useState } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { Button, buttonLook } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import { Menu } from '../ui/menu.js'
import { sorts } from './api/list-query.js'
import { priorities } from './api/task.js'
import { type ListState, views } from './list-state/views.js'

export interface ToolbarProps {
  readonly state: ListState
  onChange(next: ListState): void
}

const words = tasksCopy.tools
/** Milliseconds after the last key before the address follows. */
const TYPING_PAUSE = 200

export function Toolbar({ state, onChange }: ToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-2">
      {/* A new view starts with its own text, whatever was being typed. */}
      <SearchField
        key={state.view}
        label={words.search}
        value={state.q}
        onChange={(q) => onChange({ ...state, q })}
      />
      <OrderMenu state={state} onChange={onChange} />
    </div>
  )
}

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  onChange(value: string): void
}

function SearchField({ label, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sent = useRef(value)
  useEffect(() => {
    // The address changed by itself: the back button, or the button that shows everything again.
    if (value !== sent.current) setTyped(value)
    sent.current = value
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  function send(next: string, delay: number): void {
    setTyped(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      sent.current = next.trim()
      onChange(sent.current)
    }, delay)
  }

  return (
    <search className="relative min-w-40 flex-1">
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-3.5 size-4 -translate-y-1/2 text-quiet"
      />
      <input
        type="search"
        dir="auto"
        data-search
        aria-label={label}
        placeholder={words.search}
        value={typed}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => send(event.currentTarget.value, TYPING_PAUSE)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send(typed, 0)
          if (event.key !== 'Escape') return
          event.preventDefault()
          if (typed) send('', 0)
          else event.currentTarget.blur()
        }}
        className={classes(
          'h-9 w-full rounded-md border border-transparent bg-transparent pl-[43px] text-14 pointer-coarse:h-11 pointer-coarse:text-16',
          'hover:border-line focus:border-edge focus:bg-card [&::-webkit-search-cancel-button]:hidden',
          typed ? 'pr-9' : 'pr-1',
        )}
      />
      {typed && (
        <Button
          tone="quiet"
          size="icon"
          aria-label={words.clear}
          onClick={() => send('', 0)}
          className="absolute inset-y-0 right-0.5 my-auto size-7"
        >
          <Icon name="cross" className="size-4" />
        </Button>
      )}
    </search>
  )
}

function OrderMenu({ state, onChange }: ToolbarProps) {
  const sort = state.sort ?? views[state.view].sort
  const priority = state.priority === null ? 'any' : String(state.priority)
  const isSorted = sort !== views[state.view].sort
  const isChanged = state.priority !== null || isSorted
  // What is as usual is said only when nothing else is to be said.
  const label = [
    (isSorted || !isChanged) && words.sorts[sort],
    state.priority !== null && tasksCopy.row.priority(tasksCopy.priorities[state.priority]),
  ].filter(Boolean)
  return (
    <Menu
      className={classes(buttonLook('quiet', 'small'), 'ml-auto', isChanged && 'text-ink')}
      parts={[
        {
          kind: 'choice',
          label: words.sort,
          value: sort,
          options: sorts.map((value) => ({ value, label: words.sorts[value] })),
          choose(value) {
            const next = sorts.find((name) => name === value) ?? null
            onChange({ ...state, sort: next === views[state.view].sort ? null : next })
          },
        },
        { kind: 'line' },
        {
          kind: 'choice',
          label: words.priority,
          value: priority,
          options: [{ value: 'any', label: words.anyPriority }, ...priorityOptions],
          choose(value) {
            const next = priorities.find((candidate) => String(candidate) === value) ?? null
            onChange({ ...state, priority: next })
          },
        },
      ]}
    >
      <span className="sr-only">{words.order}</span>
      {label.join(', ')}
      <Icon name="chevron" className="size-4" />
    </Menu>
  )
}

/** The most urgent first. */
const priorityOptions = priorities
  .map((value) => ({ value: String(value), label: tasksCopy.priorities[value] }))
  .toReversed()
