'use client'
/**
 * What was understood of the text for a new task: pressed, or with Backspace behind its words, it
 * is text again.
 */

import { tasksCopy } from '../../copy/tasks.js'
import { Icon } from '../../ui/icon.js'
import { describeDue } from '../due-label.js'
import type { Phrase } from './read-entry.js'
import type { UnderstoodEntry } from './use-entry.js'

export interface EntryChipsProps {
  readonly entry: UnderstoodEntry
  readonly today: string
  /** The chip is gone, and with it the focus it had. */
  onKept(): void
}

const words = tasksCopy.quickAdd

export function EntryChips({ entry, today, onKept }: EntryChipsProps) {
  return (
    <ul
      aria-label={words.understood}
      aria-live="polite"
      className="flex flex-wrap gap-2 pt-2 empty:hidden"
    >
      {entry.phrases.map((phrase) => (
        <li key={phrase.kind}>
          <button
            type="button"
            aria-label={words.keepAsText(describe(phrase, today), phrase.text)}
            onClick={() => {
              entry.keepAsText(phrase.end)
              onKept()
            }}
            className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line bg-card px-2 text-12 hover:bg-wash pointer-coarse:h-11 pointer-coarse:px-3"
          >
            {describe(phrase, today)}
            <Icon name="cross" className="size-3 text-quiet" />
          </button>
        </li>
      ))}
    </ul>
  )
}

function describe(phrase: Phrase, today: string): string {
  if (phrase.kind === 'day') return words.due(describeDue(phrase.dueOn, today))
  return tasksCopy.row.priority(tasksCopy.priorities[phrase.priority])
}
