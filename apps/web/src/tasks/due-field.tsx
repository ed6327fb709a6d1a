'use client'
/** The day a task is due: the usual ones at a touch, any other from the calendar. */

import { tasksCopy } from '../copy/tasks.js'
import { addDays } from '../time/day.js'
import { Button } from '../ui/button.js'
import { inputLook } from '../ui/field.js'

export interface DueFieldProps {
  readonly id: string
  readonly value: string | null
  readonly today: string
  onChange(value: string | null): void
}

const words = tasksCopy.editor

export function DueField({ id, value, today, onChange }: DueFieldProps) {
  const shortcuts = [
    { label: words.today, day: today },
    { label: words.tomorrow, day: addDays(today, 1) },
    { label: words.nextWeek, day: addDays(today, 7) },
    { label: words.noDay, day: null },
  ]
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {words.dueOn}
      </label>
      <div className="flex flex-wrap gap-2">
        <div className="w-40">
          <input
            id={id}
            type="date"
            value={value ?? ''}
            min="0001-01-01"
            max="9999-12-31"
            onChange={(event) => onChange(event.currentTarget.value || null)}
            className={`${inputLook} h-10 tabular-nums pointer-coarse:h-11`}
          />
        </div>
        <div className="-mx-1 flex flex-wrap items-center gap-0.5">
          {shortcuts.map(({ label, day }) => (
            <Button
              key={label}
              tone="quiet"
              size="small"
              aria-pressed={value === day}
              onClick={() => onChange(day)}
              className="max-sm:px-2"
            >
              {label}
            </Button>
          ))}
        </div>
      </div>
    </div>
  )
}
