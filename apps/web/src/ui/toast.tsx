'use client'
// What just happened, with a way back. Toasts are read out by screen readers and wait while pointed at.

import { Toast } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { buttonLook } from './button.js'
import { Icon } from './icon.js'

export interface ToastMessage {
  readonly text: string
  /** Stays until it is closed: for something that went wrong. */
  readonly bad?: boolean
  readonly action?: { readonly label: string; run(): void }
}

export interface Toasts {
  /** Gives back how to take it away again. */
  show(message: ToastMessage): () => void
  /** Runs the action of the newest toast that still has one; false when there is none. */
  undoLast(): boolean
}

type Manager = ReturnType<typeof Toast.createToastManager>

const timeout = 8000

/** Made outside of React, so that anything that finishes later can speak up. */
export function createToasts(): { readonly toasts: Toasts; readonly manager: Manager } {
  const manager = Toast.createToastManager()
  const undoable: Array<{ id: string; run(): void }> = []

  function forget(id: string): void {
    const index = undoable.findIndex((entry) => entry.id === id)
    if (index >= 0) undoable.splice(index, 1)
  }

  function act(id: string): void {
    const entry = undoable.find((candidate) => candidate.id === id)
    forget(id)
    manager.close(id)
    entry?.run()
  }

  return {
    manager,
    toasts: {
      show({ text, bad = false, action }) {
        const id: string = manager.add({
          title: text,
          type: bad ? 'bad' : 'plain',
          timeout: bad ? 0 : timeout,
          onClose: () => forget(id),
          ...(action && { actionProps: { children: action.label, onClick: () => act(id) } }),
        })
        if (action) undoable.push({ id, run: action.run })
        return () => manager.close(id)
      },
      undoLast() {
        const last = undoable.at(-1)
        if (last) act(last.id)
        return last !== undefined
      },
    },
  }
}

export interface ToastAreaProps {
  readonly manager: Manager
  readonly label: string
  readonly close: string
  readonly children: ReactNode
}

export function ToastArea({ manager, label, close, children }: ToastAreaProps) {
  return (
    <Toast.Provider toastManager={manager} timeout={timeout} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport
          aria-label={label}
          className="fixed inset-x-4 bottom-36 z-50 flex flex-col-reverse items-center gap-2 lg:inset-x-auto lg:right-6 lg:bottom-6 lg:items-end"
        >
          <ToastList close={close} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList({ close }: { readonly close: string }) {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="w-full max-w-96 rounded-md border max-lg:not-first:hidden border-line bg-card shadow-float transition data-ending-style:translate-y-1 data-starting-style:translate-y-1 data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-center gap-1 py-1.5 pr-1.5 pl-4">
        {toast.type === 'bad' && <Icon name="warning" className="mr-2 text-bad" />}
        <Toast.Title className="min-w-0 flex-1 py-1 text-14" render={<p />} />
        <Toast.Action className={buttonLook('quiet', 'small')} />
        <Toast.Close aria-label={close} className={buttonLook('quiet', 'icon')}>
          <Icon name="cross" className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
