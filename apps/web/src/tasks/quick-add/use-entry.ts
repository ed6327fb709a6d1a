'use client'
/**
 * What is typed for a new task, as far as it is understood. The reader of dates is fetched when
 * the field is first used.
 */

import { useEffect, useState } from 'react'
import { useLate } from '../../ui/use-late.js'
import type { TaskFields } from '../api/task.js'
import type { Entry, Phrase } from './read-entry.js'

export interface UnderstoodEntry {
  /** What a task made of it would have. */
  readonly fields: Pick<TaskFields, 'title'> & Partial<TaskFields>
  readonly phrases: readonly Phrase[]
  /** What the text says, where the reader has not come yet: waits for it, and is empty if it cannot be had. */
  reading(): Promise<Partial<TaskFields>> | undefined
  /** Fetches the reader. */
  load(): void
  /** Takes the phrase that ends there for text from now on; false when none does. */
  keepAsText(end: number): boolean
}

const loadReader = () => import('./read-entry.js')
const nothing: ReadonlySet<string> = new Set()
/** Milliseconds after which a task is added with the words as they are. */
const PATIENCE = 10_000

export function useEntry(text: string, today: string): UnderstoodEntry {
  const [isWanted, setWanted] = useState(false)
  const [literal, setLiteral] = useState(nothing)
  const reader = useLate(loadReader, isWanted || text !== '')
  const isEmpty = text === ''
  useEffect(() => {
    if (isEmpty) setLiteral(nothing)
  }, [isEmpty])

  const entry = reader?.readEntry(text, today, literal) ?? { title: text.trim(), phrases: [] }
  const { phrases } = entry
  return {
    fields: toFields(entry),
    phrases,
    reading() {
      if (reader) return undefined
      const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE, null))
      return Promise.race([loadReader(), late]).then(
        (loaded) => (loaded ? toFields(loaded.readEntry(text, today, literal)) : {}),
        () => ({}),
      )
    },
    load: () => setWanted(true),
    keepAsText(end) {
      const phrase = phrases.find((candidate) => candidate.end === end)
      if (phrase) setLiteral(new Set([...literal, phrase.text.toLowerCase()]))
      return phrase !== undefined
    },
  }
}

function toFields({ title, phrases }: Entry): UnderstoodEntry['fields'] {
  return { title, ...Object.assign({}, ...phrases.map(toField)) }
}

function toField(phrase: Phrase): Partial<TaskFields> {
  return phrase.kind === 'day' ? { dueOn: phrase.dueOn } : { priority: phrase.priority }
}
