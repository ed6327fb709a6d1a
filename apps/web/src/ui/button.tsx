/** The button, and the same looks for a link that acts like one. */

import type { ComponentProps } from 'react'
import { classes } from './classes.js'

export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'danger'
export type ButtonSize = 'regular' | 'small' | 'icon'

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary` once a page at most; default `plain`. */
  readonly tone?: ButtonTone
  readonly size?: ButtonSize
  /** Shows that the press was taken and refuses a second one; the label stays readable. */
  readonly busy?: boolean
}

/** A button that never submits a form by accident: `type` is `button` unless said otherwise. */
export function Button({ tone, size, busy = false, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classes(buttonLook(tone, size), busy && 'opacity-60', className)}
    />
  )
}

/** The classes of a button, for a link that looks like one. */
export function buttonLook(tone: ButtonTone = 'plain', size: ButtonSize = 'regular'): string {
  return classes(base, tones[tone], sizes[size])
}

const base =
  'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md border font-medium text-14 transition-colors disabled:opacity-50 print:hidden'

const tones: Record<ButtonTone, string> = {
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border-line bg-card text-ink hover:bg-wash',
  quiet:
    'border-transparent text-quiet hover:bg-wash hover:text-ink aria-pressed:bg-wash aria-pressed:text-ink',
  danger: 'border-line bg-card text-bad hover:bg-wash',
}

const sizes: Record<ButtonSize, string> = {
  regular: 'h-10 px-4 pointer-coarse:h-11',
  small: 'h-8 px-3 pointer-coarse:h-11',
  icon: 'size-8 pointer-coarse:size-11',
}
