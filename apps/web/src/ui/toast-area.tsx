'use client'
/** The toasts on the screen: read out by screen readers, waiting while pointed at, closed by a swipe. */

import { Toast } from '@base-ui/react/toast'
import { useEffect } from 'react'
import { buttonLook } from './button.js'
import { classes } from './classes.js'
import { Icon } from './icon.js'
import type { ToastEntry, Toasts } from './toasts.js'

export interface ToastAreaProps {
  readonly toasts: Toasts
  readonly label: string
  /** Of the button that closes one. */
  readonly close: string
}

/** Milliseconds; a toast that went wrong stays. */
const TIMEOUT = 8000

export function ToastArea({ toasts, label, close }: ToastAreaProps) {
  return (
    <Toast.Provider timeout={TIMEOUT} limit={3}>
      <ToastSync toasts={toasts} />
      <Toast.Portal>
        <Toast.Viewport
          aria-label={label}
          className="fixed inset-x-4 bottom-36 z-50 flex flex-col-reverse items-center gap-2 short:bottom-2 lg:inset-x-auto lg:right-6 lg:bottom-6 lg:items-end"
        >
          <ToastList close={close} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

/** Hands the entries over, those from before the area was here included. */
function ToastSync({ toasts }: Pick<ToastAreaProps, 'toasts'>) {
  const { add, close } = Toast.useToastManager()
  useEffect(() => {
    const shown = new Set<string>()

    function open({ id, text, bad = false, action }: ToastEntry): void {
      shown.add(id)
      add({
        id,
        title: text,
        type: bad ? 'bad' : 'plain',
        timeout: bad ? 0 : TIMEOUT,
        onClose: () => toasts.close(id),
        ...(action && {
          actionProps: { children: action.label, onClick: () => toasts.act(id) },
        }),
      })
    }

    function sync(): void {
      const entries = toasts.list()
      for (const entry of entries) if (!shown.has(entry.id)) open(entry)
      for (const id of shown) {
        if (entries.some((entry) => entry.id === id)) continue
        shown.delete(id)
        close(id)
      }
    }

    sync()
    const unsubscribe = toasts.subscribe(sync)
    return () => {
      unsubscribe()
      for (const id of shown) close(id)
    }
  }, [toasts, add, close])
  return null
}

function ToastList({ close }: { readonly close: string }) {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="relative w-full max-w-96 rounded-md border border-line bg-card shadow-float transition data-ending-style:translate-y-1 data-starting-style:translate-y-1 data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0 max-lg:not-first:hidden"
    >
      <Toast.Content className="flex max-h-[33dvh] flex-wrap items-start gap-x-1 overflow-y-auto py-1.5 pr-11 pl-4 max-sm:pl-3">
        {toast.type === 'bad' && (
          <Icon name="warning" className="mt-1.5 mr-2 text-bad max-sm:mr-1" />
        )}
        <Toast.Title dir="auto" className="min-w-44 flex-1 py-1.5 text-14" render={<p />} />
        <div className="-ml-3 empty:hidden max-sm:basis-full">
          <Toast.Action className={buttonLook('quiet', 'small')} />
        </div>
        <Toast.Close
          aria-label={close}
          className={classes(buttonLook('quiet', 'icon'), 'absolute top-1.5 right-1.5')}
        >
          <Icon name="cross" className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
