/**
 * What just happened, with a way back: kept here, outside of React, so that anything that finishes later can speak up.
 */

import { createStore } from './store.js'

export interface ToastMessage {
  readonly text: string
  /** Stays until it is closed: for something that went wrong. */
  readonly bad?: boolean
  readonly action?: {
    readonly label: string
    run(): void
  }
  /** It is closed, and its action was not used. */
  onClosed?(): void
}

export interface ToastEntry extends ToastMessage {
  readonly id: string
}

export interface Toasts {
  /** Gives back how to take it away again. */
  show(message: ToastMessage): () => void
  /** Runs the action of a toast, once, and closes it. */
  act(id: string): void
  close(id: string): void
  /** The toasts that are open, oldest first; another array after each change. */
  list(): readonly ToastEntry[]
  subscribe(listener: () => void): () => void
}

export function createToasts(): Toasts {
  const entries = createStore<readonly ToastEntry[]>([])
  let count = 0

  /** Takes it off the screen; undefined when it is gone already. */
  function take(id: string): ToastEntry | undefined {
    const entry = entries.get().find((candidate) => candidate.id === id)
    if (entry) entries.set(entries.get().filter((other) => other !== entry))
    return entry
  }

  function close(id: string): void {
    take(id)?.onClosed?.()
  }

  function act(id: string): void {
    take(id)?.action?.run()
  }

  return {
    show(message) {
      count += 1
      const id = `toast-${count}`
      entries.set([...entries.get(), { ...message, id }])
      return () => close(id)
    },
    act,
    close,
    list: entries.get,
    subscribe: entries.subscribe,
  }
}
