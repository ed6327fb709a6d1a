'use client'
// Everything that floats over the list. Fetched once somebody is there, and kept out of the first load.

import { tasksCopy } from '../copy/tasks.js'
import { ToastArea } from '../ui/toast-area.js'
import { useEngine } from './engine-context.js'
import { SessionDialog } from './session-dialog.js'
import { ShortcutHelp } from './shortcut-help.js'
import { SignOutDialog } from './sign-out-dialog.js'
import type { KeyboardSwitch } from './use-keyboard.js'
import { usePending } from './use-stores.js'

/** Which dialog is open; there is one at most. */
export type DialogName = 'help' | 'session' | 'sign-out'

export interface OverlaysProps {
  readonly dialog: DialogName | null
  readonly shortcuts: KeyboardSwitch
  onClose(): void
  onSignOut(): void
}

export function Overlays({ dialog, shortcuts, onClose, onSignOut }: OverlaysProps) {
  const { expanded, toasts } = useEngine()
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
        hasDraft={hasPending || expanded.get() !== null}
        onOpenChange={close}
      />
      <SignOutDialog open={dialog === 'sign-out'} onOpenChange={close} onConfirm={onSignOut} />
    </>
  )
}
