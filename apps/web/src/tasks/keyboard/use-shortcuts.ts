'use client'
/** Binds the shortcuts to the page while nobody is typing and nothing asks for an answer. */

import { useEffect, useEffectEvent } from 'react'
import { type ViewName, viewNames } from '../list-state/views.js'
import { readShortcut, type ShortcutName } from './shortcuts.js'

export interface ShortcutHandlers extends Record<ShortcutName, () => void> {
  view(name: ViewName): void
}

export function useShortcuts(enabled: boolean, handlers: ShortcutHandlers): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isBusy(event)) return
    if (event.repeat && !mayRepeat(event.key)) return
    const name = readShortcut(event)
    if (name === null) return
    event.preventDefault()
    const view = viewNames.find((candidate) => candidate === name)
    if (view) handlers.view(view)
    else handlers[name as ShortcutName]() // whatever is no view is an action
  })
  useEffect(() => {
    if (!enabled) return
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [enabled])
}

/** Holding j or k walks on; holding anything else does it once. */
function mayRepeat(key: string): boolean {
  return key === 'j' || key === 'k'
}

function isBusy(event: KeyboardEvent): boolean {
  if (document.querySelector('[data-modal][data-open]')) return true
  const { target } = event
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])'))
  )
}
