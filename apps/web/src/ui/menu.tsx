'use client'
// A menu behind a button.

import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { classes } from './classes.js'
import { Icon, type IconName } from './icon.js'

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement
  readonly side?: 'top' | 'bottom'
  readonly align?: 'start' | 'end'
  readonly children: ReactNode
}

export function Menu({ trigger, side = 'bottom', align = 'end', children }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className="z-40 outline-none">
          <Base.Popup
            data-modal
            className="min-w-52 rounded-md border border-line bg-card p-1 shadow-float outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export interface MenuItemProps {
  readonly icon: IconName
  readonly children: ReactNode
  onClick(): void
}

export function MenuItem({ icon, children, onClick }: MenuItemProps) {
  return (
    <Base.Item onClick={onClick} className={itemLook}>
      <Icon name={icon} className="text-quiet" />
      {children}
    </Base.Item>
  )
}

/** An item that leads to another page. */
export function MenuLink(props: Omit<MenuItemProps, 'onClick'> & { readonly href: string }) {
  return (
    <Base.LinkItem href={props.href} className={itemLook}>
      <Icon name={props.icon} className="text-quiet" />
      {props.children}
    </Base.LinkItem>
  )
}

export function MenuNote({ children }: { readonly children: ReactNode }) {
  return <div className="px-3 py-2 text-12 text-quiet">{children}</div>
}

export function MenuLine() {
  return <Base.Separator className="my-1 h-px bg-line" />
}

export interface MenuChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: ReadonlyArray<{
    readonly value: Value
    readonly label: string
    readonly icon?: IconName
  }>
  onChange(value: Value): void
}

/** One of several, marked with a tick. */
export function MenuChoice<Value extends string>(props: MenuChoiceProps<Value>) {
  return (
    <Base.RadioGroup value={props.value} onValueChange={props.onChange}>
      <Base.GroupLabel className="px-3 pt-2 pb-1 text-12 text-quiet">{props.label}</Base.GroupLabel>
      {props.options.map((option) => (
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

const itemLook = classes(
  'flex min-h-9 w-full cursor-pointer select-none items-center gap-3 rounded-sm px-3 text-14 outline-none pointer-coarse:min-h-11',
  'data-highlighted:bg-wash',
)
