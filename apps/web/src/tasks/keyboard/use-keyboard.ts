'use client'
/** What each shortcut does to this page, and whether people want shortcuts at all. */

import { useState, useSyncExternalStore } from 'react'
import { tasksCopy } from '../../copy/tasks.js'
import type { Task } from '../api/task.js'
import type { ViewName } from '../list-state/views.js'
import { useEngine } from '../sync/engine-context.js'
import { leaveRow, moveFocus, readFocusedRow } from './row-focus.js'
import { useShortcuts } from './use-shortcuts.js'

export interface KeyboardOptions {
  readonly hasShortcuts: boolean
  /** What is listed. */
  readonly tasks: readonly Task[] | null
  goToView(view: ViewName): void
  openHelp(): void
}

export interface KeyboardSwitch {
  readonly enabled: boolean
  onEnabledChange(enabled: boolean): void
}

const place = 'claimcheck.shortcuts'

export function useKeyboard({ hasShortcuts, tasks, goToView, openHelp }: KeyboardOptions): void {
  const { actions, expanded, history, toasts } = useEngine()

  function withTask(run: (task: Task) => void): () => void {
    return () => {
      const id = readFocusedRow()
      const task = tasks?.find((candidate) => candidate.id === id)
      if (task) run(task)
    }
  }

  useShortcuts(hasShortcuts, {
    add: () => focus('[data-quick-add]'),
    search: () => focus('[data-search]'),
    next: () => moveFocus(1),
    previous: () => moveFocus(-1),
    toggle: withTask((task) => {
      if (task.deletedAt) return
      leaveRow(task.id)
      actions.toggle(task)
    }),
    edit: withTask((task) => {
      if (!task.deletedAt) expanded.set(task.id)
    }),
    remove: withTask((task) => {
      if (task.deletedAt) return
      leaveRow(task.id)
      actions.remove(task)
    }),
    undo() {
      const step = history.undoLast()
      const text = step === null ? tasksCopy.toasts.nothingToUndo : step.undone
      if (text !== null) toasts.show({ text })
    },
    help: openHelp,
    view: goToView,
  })
}

export function useKeyboardSwitch(): KeyboardSwitch {
  const stored = useSyncExternalStore(subscribeToNothing, readEnabled, () => true)
  const [chosen, setChosen] = useState<boolean | null>(null)
  return {
    enabled: chosen ?? stored,
    onEnabledChange(next) {
      setChosen(next)
      writeEnabled(next)
    },
  }
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus()
}

function readEnabled(): boolean {
  try {
    return localStorage.getItem(place) !== 'off'
  } catch {
    // No storage: shortcuts are on, and can be switched off for as long as the page is open.
    return true
  }
}

function writeEnabled(enabled: boolean): void {
  try {
    if (enabled) localStorage.removeItem(place)
    else localStorage.setItem(place, 'off')
  } catch {
    // As above.
  }
}

function subscribeToNothing(): () => void {
  return () => {}
}
