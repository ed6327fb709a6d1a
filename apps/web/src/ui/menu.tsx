'use client'
/** A button that opens a menu. The menu itself is fetched once somebody is there to open it. */

import { type KeyboardEvent, useRef, useState } from 'react'
import { classes } from './classes.js'
import type { MenuPart, MenuProps } from './menu-part.js'
import { useAwake, useLate } from './use-late.js'

const loadPopup = () => import('./menu-popup.js')

export function Menu({ children, label, className, parts, ...place }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const popup = useLate(loadPopup, useAwake() || isOpen, () => setFailed(true))

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
      {isOpen && hasFailed && !popup && <PlainMenu parts={parts} close={() => setOpen(false)} />}
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

/** What the menu offers, in place, when its own code could not be fetched: nobody is locked in. */
function PlainMenu({ parts, close }: { readonly parts: readonly MenuPart[]; close(): void }) {
  return (
    <ul className="flex flex-wrap gap-2 rounded-md border border-line bg-card p-2">
      {parts.map((part) => {
        if (part.kind === 'link') {
          return (
            <li key={part.label}>
              <a href={part.href} className="underline underline-offset-4">
                {part.label}
              </a>
            </li>
          )
        }
        if (part.kind !== 'action') return null
        return (
          <li key={part.label}>
            <button
              type="button"
              onClick={() => {
                close()
                part.run()
              }}
              className="underline underline-offset-4"
            >
              {part.label}
            </button>
          </li>
        )
      })}
    </ul>
  )
}
