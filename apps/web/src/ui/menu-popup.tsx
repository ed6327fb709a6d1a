'use client'
/** The menu that a button opens. */

import { Menu as Base } from '@base-ui/react/menu'
import { type RefObject, useEffect } from 'react'
import { classes } from './classes.js'
import { Icon } from './icon.js'
import type { MenuPart, MenuProps } from './menu-part.js'

export interface MenuPopupProps extends Pick<MenuProps, 'side' | 'align' | 'parts'> {
  /** Where it opens, and what gets the focus back. */
  readonly button: RefObject<HTMLButtonElement | null>
  /** What it is drawn into. */
  readonly host: RefObject<HTMLDivElement | null>
  readonly isOpen: boolean
  onOpenChange(isOpen: boolean): void
}

export function MenuPopup({ button, host, isOpen, onOpenChange, parts, ...place }: MenuPopupProps) {
  const { side = 'bottom', align = 'end' } = place
  useEffect(() => {
    if (isOpen) requestAnimationFrame(showGuards)
  }, [isOpen])
  return (
    <Base.Root
      modal={false}
      open={isOpen}
      onOpenChange={(open, { event }) => {
        // A press on the button is the button's own affair: it would open again what this closes.
        if (event.target instanceof Node && button.current?.contains(event.target)) return
        onOpenChange(open)
      }}
    >
      <Base.Portal container={host}>
        <Base.Positioner
          anchor={button}
          side={side}
          align={align}
          sideOffset={6}
          className="z-40 outline-none"
        >
          <Base.Popup
            data-modal
            finalFocus={() => (isLeft(host.current) ? false : button.current)}
            className="min-w-52 rounded-md border border-line bg-card p-1 shadow-float outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {parts.map((part, index) => (
              // The parts of a menu keep their places.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <Part key={index} part={part} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/**
 * The library puts stops for the Tab key around the menu and hides them from screen readers, which a stop must not be
 * (WAI-ARIA 1.2, aria-hidden): they pass the focus on at once, and hold nothing to be read.
 */
function showGuards(): void {
  for (const guard of document.querySelectorAll('[data-base-ui-focus-guard]')) {
    guard.removeAttribute('aria-hidden')
  }
}

/** Whether somebody has gone on to another part of the page, from which the closing menu is not to call them back. */
function isLeft(host: HTMLElement | null): boolean {
  const { activeElement, body } = document
  return activeElement !== body && host?.contains(activeElement) === false
}

function Part({ part }: { readonly part: MenuPart }) {
  switch (part.kind) {
    case 'line':
      return <Base.Separator className="my-1 h-px bg-line" />
    case 'note':
      return (
        <div className="max-w-60 px-3 py-2 text-12 text-quiet">
          <p className="truncate font-medium text-ink">{part.title}</p>
          <p className="truncate">{part.text}</p>
        </div>
      )
    case 'action':
      return (
        <Base.Item onClick={part.run} className={itemLook}>
          <Icon name={part.icon} className="text-quiet" />
          {part.label}
        </Base.Item>
      )
    case 'link':
      return (
        <Base.LinkItem href={part.href} className={itemLook}>
          <Icon name={part.icon} className="text-quiet" />
          {part.label}
        </Base.LinkItem>
      )
    case 'choice':
      return (
        <Base.RadioGroup value={part.value} onValueChange={part.choose}>
          <Base.GroupLabel className="px-3 pt-2 pb-1 text-12 text-quiet">
            {part.label}
          </Base.GroupLabel>
          {part.options.map((option) => (
            <Base.RadioItem key={option.value} value={option.value} className={itemLook}>
              {option.icon && <Icon name={option.icon} className="text-quiet" />}
              <span className="flex-1">{option.label}</span>
              <Base.RadioItemIndicator>
                <Icon name="check" className="size-4" />
              </Base.RadioItemIndicator>
            </Base.RadioItem>
          ))}
        </Base.RadioGroup>
      )
  }
}

const itemLook = classes(
  'flex min-h-9 w-full cursor-pointer select-none items-center gap-3 rounded-sm px-3 text-14 outline-none pointer-coarse:min-h-11',
  'data-highlighted:bg-wash',
)
