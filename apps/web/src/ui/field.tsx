/** A label, an input, a hint and an error, tied together for screen readers. */

import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.js'
import { Icon } from './icon.js'

export interface FieldProps extends ComponentProps<'input'> {
  /** Needed, because label, hint and error refer to it. */
  readonly id: string
  readonly label: string
  readonly hint?: ReactNode
  /** A sentence; marks the input as invalid. */
  readonly error?: string | undefined
  /** Stands inside the field, at its end. */
  readonly trailing?: ReactNode
}

export function Field({ label, hint, error, trailing, className, ...input }: FieldProps) {
  const hintId = `${input.id}-hint`
  const errorId = `${input.id}-error`
  const described = [error && errorId, hint && hintId].filter(Boolean).join(' ')
  return (
    <div className={className}>
      <label htmlFor={input.id} className="mb-1.5 block font-medium text-14">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          className={classes(
            inputLook,
            'h-10 pointer-coarse:h-11',
            trailing !== undefined && 'pr-12',
          )}
        />
        {trailing && <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>}
      </div>
      {error && (
        <p id={errorId} className="mt-1.5 flex gap-1.5 text-14 text-bad">
          <Icon name="warning" className="mt-0.5 size-4" />
          {error}
        </p>
      )}
      {hint && (
        <div id={hintId} className="mt-1.5 text-12 text-quiet">
          {hint}
        </div>
      )}
    </div>
  )
}

/** What every text input, text area and select shares. */
export const inputLook =
  'w-full rounded-md border border-edge bg-card px-3 text-14 pointer-coarse:text-16 text-ink transition-colors focus-visible:outline-offset-0 aria-invalid:border-bad'
