'use client'
/** A question that has to be answered before anything else; everything else opens in place. */

import { Dialog as Base } from '@base-ui/react/dialog'
import { type ReactNode, useRef } from 'react'

export interface DialogProps {
  readonly open: boolean
  onOpenChange(open: boolean): void
  readonly title: string
  readonly description?: ReactNode
  readonly children: ReactNode
  /** Something to read: the title takes the focus, because the first control may lie below what fits on the screen. */
  readonly isText?: boolean
}

export function Dialog(props: DialogProps) {
  const title = useRef<HTMLHeadingElement>(null)
  return (
    <Base.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-50 flex items-end justify-center p-4 sm:items-center">
          <Base.Popup
            data-modal
            {...(props.isText && { initialFocus: title })}
            className="max-h-full w-full max-w-md overflow-y-auto overscroll-contain rounded-md border border-line bg-card p-6 shadow-float transition data-ending-style:translate-y-1 data-starting-style:translate-y-1 data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            <Base.Title
              ref={title}
              tabIndex={props.isText ? -1 : undefined}
              className="font-semibold text-20 outline-none"
            >
              {props.title}
            </Base.Title>
            {props.description && (
              <Base.Description className="mt-2 text-quiet">{props.description}</Base.Description>
            )}
            <div className="mt-5">{props.children}</div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
