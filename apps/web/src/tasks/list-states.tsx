'use client'
/** What stands in the place of a list that is empty or could not be loaded. */

import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { classes } from '../ui/classes.js'
import { Notice } from '../ui/notice.js'
import type { ListState } from './list-state/views.js'

const words = tasksCopy.states

export interface EmptyListProps {
  readonly state: ListState
  onReset(): void
}

export function EmptyList({ state, onReset }: EmptyListProps) {
  const isNarrowed = state.q !== '' || state.priority !== null
  return (
    <div
      className={classes(
        'flex flex-col items-center gap-4 px-4 text-center text-quiet',
        // What is found elsewhere stands below.
        state.q === '' ? 'py-16' : 'pt-8 pb-2',
      )}
    >
      <p>{isNarrowed ? describeNarrowed(state) : words.empty[state.view]}</p>
      {isNarrowed ? (
        <Button size="small" onClick={onReset}>
          {tasksCopy.tools.reset}
        </Button>
      ) : (
        state.view !== 'trash' &&
        state.view !== 'done' && (
          <Button
            size="small"
            onClick={() => document.querySelector<HTMLElement>('[data-quick-add]')?.focus()}
          >
            {tasksCopy.quickAdd.placeholder}
          </Button>
        )
      )}
    </div>
  )
}

function describeNarrowed({ q, priority }: ListState): string {
  if (!q) return words.notFiltered
  return priority === null ? words.notFound(q) : words.notFoundFiltered(q)
}

/** The banner above it says how to go on. */
export function SignedOutList() {
  return <p className="px-4 py-16 text-center text-quiet">{words.signedOut}</p>
}

/** Never seen before, and not to be had now: the banner above says why. */
export function CutOffList({ onRetry }: { onRetry(): void }) {
  return (
    <div className="flex flex-col items-center gap-4 px-4 py-16 text-center text-quiet">
      <p>{words.cutOff}</p>
      <Button size="small" onClick={onRetry}>
        {words.failed.again}
      </Button>
    </div>
  )
}

export function FailedList({ onRetry }: { onRetry(): void }) {
  return (
    <Notice
      tone="bad"
      live="alert"
      title={words.failed.title}
      actions={
        <Button size="small" onClick={onRetry}>
          {words.failed.again}
        </Button>
      }
    >
      {words.failed.text}
    </Notice>
  )
}
