/** Every key and what it does, once: the bindings and the help sheet are both made of this list. */

import { tasksCopy } from '../../copy/tasks.js'
import { type ViewName, viewNames } from '../list-state/views.js'

export type ShortcutName =
  | 'add'
  | 'search'
  | 'next'
  | 'previous'
  | 'toggle'
  | 'edit'
  | 'remove'
  | 'undo'
  | 'help'

export interface Shortcut {
  /** As `KeyboardEvent.key` has it. */
  readonly keys: readonly string[]
  /** As the help sheet shows it. */
  readonly shown: readonly string[]
  readonly label: string
  /** Null for what is only explained, because the browser or a field does it. */
  readonly action: ShortcutName | 'view' | null
}

const words = tasksCopy.shortcuts

export const shortcuts: readonly Shortcut[] = [
  { keys: ['n'], shown: ['n'], label: words.add, action: 'add' },
  { keys: ['j'], shown: ['j'], label: words.next, action: 'next' },
  { keys: ['k'], shown: ['k'], label: words.previous, action: 'previous' },
  { keys: ['x'], shown: ['x'], label: words.toggle, action: 'toggle' },
  { keys: ['e'], shown: ['e'], label: words.edit, action: 'edit' },
  { keys: ['d', 'Delete'], shown: ['d'], label: words.remove, action: 'remove' },
  { keys: ['u'], shown: ['u'], label: words.undo, action: 'undo' },
  { keys: ['/'], shown: ['/'], label: words.search, action: 'search' },
  { keys: ['1', '2', '3', '4', '5'], shown: ['1', '…', '5'], label: words.views, action: 'view' },
  { keys: ['?'], shown: ['?'], label: words.help, action: 'help' },
  { keys: [], shown: ['Esc'], label: words.leave, action: null },
]

export interface KeyPress {
  readonly key: string
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** What a key press asks for; null when it is not one of ours. */
export function readShortcut(press: KeyPress): ShortcutName | ViewName | null {
  if (press.altKey || press.ctrlKey || press.metaKey) return null
  const shortcut = shortcuts.find(({ keys }) => keys.includes(press.key))
  if (!shortcut) return null
  if (shortcut.action !== 'view') return shortcut.action
  return viewNames[shortcut.keys.indexOf(press.key)] ?? null
}
