/** What a menu is made of. */

import type { ReactNode } from 'react'
import type { IconName } from './icon.js'

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
