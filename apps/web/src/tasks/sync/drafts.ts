// What was typed and not saved: kept in this tab until it is saved or thrown away, also through a reload.

import { isTask, isTaskFields, readField } from './stored-task.js'
import type { TabStorage } from './tab-storage.js'
import type { Task, TaskFields } from './task.js'

export interface Draft {
  /** The task as it was when the editing began. */
  readonly base: Task
  readonly fields: TaskFields
  /** The newer version, when saving met one. */
  readonly newer?: Task
}

export interface Drafts {
  get(id: string): Draft | undefined
  set(id: string, draft: Draft): void
  delete(id: string): void
  /** The text in quick add. */
  readNew(): string
  writeNew(text: string): void
  /** How many texts are kept. */
  count(): number
  clear(): void
  subscribe(listener: () => void): () => void
}

interface Stored {
  readonly tasks: Readonly<Record<string, Draft>>
  readonly text: string
}

const nothing: Stored = { tasks: {}, text: '' }

/** @param storage Null keeps them in memory only. */
export function createDrafts(storage: TabStorage | null, userId: string): Drafts {
  const place = `claimcheck.drafts.${userId}`
  const listeners = new Set<() => void>()
  let stored = read(storage?.getItem(place) ?? null)

  function write(next: Stored): void {
    stored = next
    if (next.text || Object.keys(next.tasks).length > 0) {
      storage?.setItem(place, JSON.stringify(next))
    } else {
      storage?.removeItem(place)
    }
    for (const listener of listeners) listener()
  }

  return {
    get: (id) => stored.tasks[id],
    set: (id, draft) => write({ ...stored, tasks: { ...stored.tasks, [id]: draft } }),
    delete(id) {
      const { [id]: gone, ...tasks } = stored.tasks
      if (gone) write({ ...stored, tasks })
    },
    readNew: () => stored.text,
    writeNew: (text) => write({ ...stored, text }),
    count: () => Object.keys(stored.tasks).length + (stored.text.trim() ? 1 : 0),
    clear: () => write(nothing),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function read(text: string | null): Stored {
  if (text === null) return nothing
  try {
    const value: unknown = JSON.parse(text)
    const tasks = readField(value, 'tasks')
    const typed = readField(value, 'text')
    const drafts = Object.entries(tasks ?? {}).filter(([, draft]) => isDraft(draft))
    return { tasks: Object.fromEntries(drafts), text: typeof typed === 'string' ? typed : '' }
  } catch {
    return nothing
  }
}

function isDraft(value: unknown): value is Draft {
  const newer = readField(value, 'newer')
  return (
    isTask(readField(value, 'base')) &&
    isTaskFields(readField(value, 'fields')) &&
    (newer === undefined || isTask(newer))
  )
}
