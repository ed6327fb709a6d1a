'use client'
/** Asks before somebody signs out with changes that are not saved: they would be gone. */

import { authCopy } from '../copy/auth.js'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { Dialog } from '../ui/dialog.js'
import { useDraftCount, usePending } from './sync/use-stores.js'

export interface SignOutDialogProps {
  readonly open: boolean
  onOpenChange(open: boolean): void
  onConfirm(): void
}

export function SignOutDialog({ open, onOpenChange, onConfirm }: SignOutDialogProps) {
  const unsaved = usePending().length + useDraftCount()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={authCopy.signOut}
      description={tasksCopy.toasts.unsavedSignOut(unsaved)}
    >
      <div className="flex flex-wrap gap-2">
        <Button tone="danger" onClick={onConfirm}>
          {authCopy.signOut}
        </Button>
        <Button onClick={() => onOpenChange(false)}>{tasksCopy.editor.cancel}</Button>
      </div>
    </Dialog>
  )
}
