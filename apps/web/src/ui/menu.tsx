'use client'
// A button that opens a menu. The menu itself is fetched once somebody is there to open it.

import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { classes } from './classes.js'
import type { IconName } from './icon.js'
import { useAwake, useLate } from './use-late.js'

/** One part of a menu. */
export type MenuPart =
  | { readonly kind: 'line' }
  | { readonly kind: 'note'; readonly title: string; readonly text: string }
  | { readonly kind: 'action'; readonly icon: IconName; readonly label: string; run(): void }
  | {
      readonly kind: 'link'
      readonly icon: IconName
      readonly label: string
      readonly href: string
    }
  | {
      readonly kind: 'choice'
      readonly label: string
      readonly value: string
      readonly options: readonly MenuOption[]
      choose(value: string): void
    }

export interface MenuOption {
  readonly value: string
  readonly label: string
  readonly icon?: IconName
}

export interface MenuProps {
  /** What the button shows. */
  readonly children: ReactNode
  /** Read out instead of it. */
  readonly label?: string
  readonly className: string
  readonly side?: 'top' | 'bottom'
  readonly align?: 'start' | 'end'
  readonly parts: readonly MenuPart[]
}

const loadPopup = () => import('./menu-popup.js')

export function Menu({ children, label, className, parts, ...place }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const popup = useLate(loadPopup, useAwake() || isOpen)

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    setOpen(true)
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={onKeyDown}
        className={classes(className, 'aria-expanded:bg-wash aria-expanded:text-ink')}
      >
        {children}
      </button>
      {/* The menu is drawn beside its button, so that it belongs to the same part of the page, and takes no room there. */}
      <div ref={host} className="absolute" />
      {popup && (
        <popup.MenuPopup
          {...place}
          host={host}
          button={button}
          parts={parts}
          isOpen={isOpen}
          onOpenChange={setOpen}
        />
      )}
    </>
  )
}
