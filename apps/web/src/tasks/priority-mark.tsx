/** How much a task matters: one, two or three bars, and the word for screen readers. */

import { tasksCopy } from '../copy/tasks.js'
import { classes } from '../ui/classes.js'
import type { Priority } from './api/task.js'

export function PriorityMark({ priority }: { readonly priority: Priority }) {
  if (priority === 0) return null
  const label = tasksCopy.row.priority(tasksCopy.priorities[priority])
  return (
    <span title={label} className="inline-flex items-end gap-0.5">
      {heights.map((height, index) => (
        <span
          key={height}
          aria-hidden="true"
          className={classes('w-1 rounded-full', height, index < priority ? 'bg-ink' : 'bg-line')}
        />
      ))}
      <span className="sr-only">{label}</span>
    </span>
  )
}

const heights = ['h-1.5', 'h-2.5', 'h-3.5']
