'use client'
/** A button that opens a menu. The menu itself is fetched once somebody is there to open it. */

import { type KeyboardEvent, useRef, useState } from 'react'
import { siteCopy } from '../copy/site.js'
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
    </>
  )
}

interface PlainMenuProps extends Pick<MenuProps, 'side' | 'parts'> {
  close(): void
}

/** What the menu offers when its own code could not be fetched: nobody is locked in. */
function PlainMenu({ side = 'bottom', parts, close }: PlainMenuProps) {
  return (
    <div
      className={classes(
        'fixed z-50 max-h-[70dvh] w-64 overflow-y-auto rounded-md border border-line bg-card p-3 text-14 text-ink shadow-float',
        side === 'bottom' ? 'top-16 right-4' : 'bottom-16 left-3',
      )}
    >
      <p role="status" className="text-quiet">
        {siteCopy.menuFailed}
      </p>
      <ul className="mt-2">
        {parts.map((part) => {
          if (part.kind === 'line' || part.kind === 'note') return null
          return (
            <li key={part.label}>
              <PlainPart part={part} close={close} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface PlainPartProps extends Pick<PlainMenuProps, 'close'> {
  readonly part: Exclude<MenuPart, { kind: 'line' | 'note' }>
}

function PlainPart({ part, close }: PlainPartProps) {
  if (part.kind === 'link') {
    return (
      <a href={part.href} className={plainLook}>
        {part.label}
      </a>
    )
  }
  const press = (run: () => void) => () => {
    close()
    run()
  }
  if (part.kind === 'action') {
    return (
      <button type="button" onClick={press(part.run)} className={plainLook}>
        {part.label}
      </button>
    )
  }
  return (
    <fieldset>
      <legend className="text-12 text-quiet">{part.label}</legend>
      {part.options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === part.value}
          onClick={press(() => part.choose(value))}
          className={classes(plainLook, 'mr-4 aria-pressed:font-medium')}
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
}

const plainLook =
  'inline-flex min-h-9 items-center underline underline-offset-4 pointer-coarse:min-h-11'
