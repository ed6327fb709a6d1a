'use client'
/** Everything that floats over the list. Fetched once somebody is there, and kept out of the first load. */

import { tasksCopy } from '../copy/tasks.js'
import { ToastArea } from '../ui/toast-area.js'
import { ShortcutHelp } from './keyboard/shortcut-help.js'
import type { KeyboardSwitch } from './keyboard/use-keyboard.js'
import { SessionDialog } from './session-dialog.js'
import { SignOutDialog } from './sign-out-dialog.js'
import { useEngine } from './sync/engine-context.js'
import { useDraftCount, usePending } from './sync/use-stores.js'

/** Which dialog is open; there is one at most. */
export type DialogName = 'help' | 'session' | 'sign-out'

export interface OverlaysProps {
  readonly dialog: DialogName | null
  readonly shortcuts: KeyboardSwitch
  onClose(): void
  onSignOut(): void
}

export function Overlays({ dialog, shortcuts, onClose, onSignOut }: OverlaysProps) {
  const { toasts } = useEngine()
  const hasPending = usePending().length > 0
  const close = (open: boolean) => {
    if (!open) onClose()
  }

  return (
    <>
      <ToastArea toasts={toasts} label={tasksCopy.toasts.label} close={tasksCopy.toasts.close} />
      <ShortcutHelp open={dialog === 'help'} onOpenChange={close} {...shortcuts} />
      <SessionDialog
        open={dialog === 'session'}
        hasDraft={useDraftCount() > 0 || hasPending}
        onOpenChange={close}
      />
      <SignOutDialog open={dialog === 'sign-out'} onOpenChange={close} onConfirm={onSignOut} />
    </>
  )
}
