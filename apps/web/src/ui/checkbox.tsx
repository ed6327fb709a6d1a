/** A box to tick, with room around it for a finger. */

import { Icon } from './icon.js'

export interface CheckboxProps {
  readonly checked: boolean
  /** Read out; there is no visible one. */
  readonly label: string
  onChange(): void
}

export function Checkbox({ checked, label, onChange }: CheckboxProps) {
  return (
    <label className="relative flex size-11 shrink-0 items-center justify-center">
      <input
        type="checkbox"
        checked={checked}
        onChange={onChange}
        aria-label={label}
        className="peer size-5 appearance-none rounded-sm border-[1.5px] border-edge bg-card transition-colors checked:border-ink checked:bg-ink hover:border-ink"
      />
      <Icon
        name="check"
        className="pointer-events-none absolute size-4 text-paper opacity-0 peer-checked:opacity-100"
      />
    </label>
  )
}
