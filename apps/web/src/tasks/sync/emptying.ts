/**
 * Empties the trash, with a way back: what is in it goes from the screen at once, and for good only when the message
 * that offers the way back has closed. Until then nothing has happened; a reload offers it again, and a tab that is
 * closed leaves the trash as it was.
 */

import { tasksCopy } from '../../copy/tasks.js'
import { createStore, type Store } from '../../ui/store.js'
import type { Toasts } from '../../ui/toasts.js'
import type { TasksApi } from '../api/api.js'
import { isMoment, readField } from '../api/task-shape.js'
import type { Connection } from './connection.js'
import type { History } from './history.js'
import type { PendingChanges } from './pending-changes.js'
import type { TabStorage } from './tab-storage.js'

export interface EmptyingOptions {
  readonly api: Pick<TasksApi, 'list' | 'emptyTrash'>
  readonly connection: Pick<Connection, 'run' | 'state'>
  readonly pendingChanges: Pick<PendingChanges, 'untilConfirmed'>
  readonly toasts: Pick<Toasts, 'show'>
  readonly history: History
  /** Null forgets it with a reload: then nothing is emptied. */
  readonly storage: TabStorage | null
  readonly userId: string
  /** It is gone for good. */
  onEmptied(until: string): void
  /** It could not be emptied, or was empty: what is listed may be old. */
  onUnchanged(): void
}

export interface Emptying {
  /** What was put into the trash up to this moment is not shown; null shows everything. */
  readonly until: Pick<Store<string | null>, 'get' | 'subscribe'>
  /** Empties the trash as it is now, and offers the way back. */
  begin(): Promise<void>
  /** Goes on with what was begun before the page was loaded, or before the session ended. */
  resume(): void
  /** Forgets it, and leaves the trash as it is: for somebody who leaves the page, and what is on it. */
  clear(): void
}

interface Begun {
  readonly until: string
  /** Whether the way back has closed. */
  readonly isDecided: boolean
}

const words = tasksCopy.toasts
const newest = 'status=all&deleted=true&sort=updatedAt&order=desc&limit=1'

export function createEmptying(options: EmptyingOptions): Emptying {
  const { api, connection, storage, toasts, history } = options
  const place = `claimcheck.emptying.${options.userId}`
  const shownUntil = createStore<string | null>(null)
  let begun: Begun | null = null
  let withdraw = () => {}

  function keep(next: Begun | null): void {
    begun = next
    shownUntil.set(next?.until ?? null)
    if (next) storage?.setItem(place, JSON.stringify(next))
    else storage?.removeItem(place)
  }

  function offer(until: string): void {
    keep({ until, isDecided: false })
    const run = () => {
      // First, because a message that closes decides what is still open.
      keep(null)
      withdraw()
    }
    const forget = history.add({ undone: words.trashBack, run })
    const close = toasts.show({
      text: words.emptied,
      action: { label: words.undo, run },
      onClosed: () => {
        withdraw()
        // Nobody decided anything: the session ended, and took the message along.
        if (begun && !begun.isDecided && connection.state().kind !== 'signed-out') {
          void decide(begun.until)
        }
      },
    })
    withdraw = () => {
      withdraw = () => {}
      forget()
      close()
    }
  }

  async function decide(until: string): Promise<void> {
    keep({ until, isDecided: true })
    try {
      // What is being brought back from the trash comes first.
      await options.pendingChanges.untilConfirmed()
      await connection.run(() => api.emptyTrash(until))
      options.onEmptied(until)
    } catch {
      toasts.show({ text: words.notEmptied, bad: true })
      options.onUnchanged()
    }
    if (begun?.until === until) keep(null)
  }

  return {
    until: { get: shownUntil.get, subscribe: shownUntil.subscribe },
    async begin() {
      if (begun) return
      try {
        const { tasks } = await connection.run(() => api.list(newest, null))
        const until = tasks[0]?.deletedAt
        if (until && !begun) offer(until)
        else options.onUnchanged()
      } catch {
        toasts.show({ text: words.notEmptied, bad: true })
        options.onUnchanged()
      }
    },
    resume() {
      const stored = readStored(storage?.getItem(place) ?? null)
      if (!stored) return
      if (stored.isDecided) void decide(stored.until)
      else offer(stored.until)
    },
    clear() {
      begun = null
      storage?.removeItem(place)
      withdraw()
    },
  }
}

function readStored(text: string | null): Begun | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    const until = readField(value, 'until')
    return isMoment(until) ? { until, isDecided: readField(value, 'isDecided') === true } : null
  } catch {
    // Somebody else wrote there: nothing of ours.
    return null
  }
}
