'use client'
/** How much a task matters: one of four. */

import { tasksCopy } from '../copy/tasks.js'
import { type Priority, priorities } from './api/task.js'

export interface PriorityFieldProps {
  readonly id: string
  readonly value: Priority
  onChange(value: Priority): void
}

export function PriorityField({ id, value, onChange }: PriorityFieldProps) {
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{tasksCopy.editor.priority}</legend>
      <div className="inline-flex rounded-md border border-edge p-0.5">
        {priorities.map((priority) => (
          <label
            key={priority}
            className="flex h-8.5 items-center rounded-sm px-3 has-checked:bg-ink has-checked:text-paper has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2 pointer-coarse:h-10"
          >
            <input
              type="radio"
              name={id}
              checked={value === priority}
              onChange={() => onChange(priority)}
              className="sr-only"
            />
            {tasksCopy.priorities[priority]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
