/** What was typed and not saved: kept in this tab until it is saved or thrown away, also through a reload. */

import { createStore } from '../../ui/store.js'
import type { Task, TaskFields } from '../api/task.js'
import { isTask, isTaskFields, readField } from '../api/task-shape.js'
import type { TabStorage } from './tab-storage.js'

export interface Draft {
  /** The task as it was when the editing began. */
  readonly base: Task
  readonly fields: TaskFields
  /** The newer version, when saving met one. */
  readonly newer?: Task
}

export interface Drafts {
  get(id: string): Draft | undefined
  /** Those of tasks, by their ids. */
  all(): Readonly<Record<string, Draft>>
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
  const stored = createStore(read(storage?.getItem(place) ?? null))

  function write(next: Stored): void {
    if (next.text || Object.keys(next.tasks).length > 0) {
      storage?.setItem(place, JSON.stringify(next))
    } else {
      storage?.removeItem(place)
    }
    stored.set(next)
  }

  return {
    get: (id) => stored.get().tasks[id],
    all: () => stored.get().tasks,
    set(id, draft) {
      const kept = stored.get()
      write({ ...kept, tasks: { ...kept.tasks, [id]: draft } })
    },
    delete(id) {
      const { [id]: gone, ...tasks } = stored.get().tasks
      if (gone) write({ ...stored.get(), tasks })
    },
    readNew: () => stored.get().text,
    writeNew: (text) => write({ ...stored.get(), text }),
    count() {
      const { tasks, text } = stored.get()
      return Object.keys(tasks).length + (text.trim() ? 1 : 0)
    },
    clear: () => write(nothing),
    subscribe: stored.subscribe,
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
