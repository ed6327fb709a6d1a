'use client'
/** A button that opens a menu. The menu itself is fetched once somebody is there to open it. */

import { type KeyboardEvent, useRef, useState } from 'react'
import { siteCopy } from '../copy/site.js'
import { classes } from './classes.js'
import type { MenuProps } from './menu-part.js'
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
    <div className="relative">
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
      {isOpen && hasFailed && !popup && (
        <PlainMenu {...place} parts={parts} close={() => setOpen(false)} />
      )}
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
    </div>
  )
}

interface PlainMenuProps extends Pick<MenuProps, 'side' | 'align' | 'parts'> {
  close(): void
}

/** What the menu offers, in its place, when its own code could not be fetched: nobody is locked in. */
function PlainMenu({ side = 'bottom', align = 'end', parts, close }: PlainMenuProps) {
  return (
    <div
      className={classes(
        'absolute z-40 w-52 rounded-md border border-line bg-card p-3 text-14 text-ink shadow-float',
        side === 'bottom' ? 'top-full' : 'bottom-full',
        align === 'end' ? 'right-0' : 'left-0',
      )}
    >
      <p role="status" className="text-quiet">
        {siteCopy.menuFailed}
      </p>
      <PlainParts parts={parts} close={close} />
    </div>
  )
}

function PlainParts({ parts, close }: Pick<PlainMenuProps, 'parts' | 'close'>) {
  return (
    <ul className="mt-2 space-y-1">
      {parts.map((part) => {
        if (part.kind === 'link') {
          return (
            <li key={part.label}>
              <a
                href={part.href}
                className="inline-flex min-h-9 items-center underline underline-offset-4 pointer-coarse:min-h-11"
              >
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
              className="inline-flex min-h-9 items-center underline underline-offset-4 pointer-coarse:min-h-11"
            >
              {part.label}
            </button>
          </li>
        )
      })}
    </ul>
  )
}
