/** When a task is due, in the words of today. */

import { tasksCopy } from '../copy/tasks.js'
import { countDays, formatDay, formatWeekday } from '../time/day.js'
import { classes } from '../ui/classes.js'

/** For tasks that are open: what is done is never late. */
export interface DueLabelProps {
  readonly dueOn: string
  readonly today: string
}

export function DueLabel({ dueOn, today }: DueLabelProps) {
  const isToday = dueOn === today
  const isLate = dueOn < today
  return (
    <time
      dateTime={dueOn}
      className={classes(
        'whitespace-nowrap text-12',
        isToday && 'font-medium text-accent',
        isLate && 'font-medium text-ink',
        !isToday && !isLate && 'text-quiet',
      )}
    >
      {describeDue(dueOn, today)}
    </time>
  )
}

/** `Today`, `Friday`, `Mon 3 Nov, 2 days late`. */
export function describeDue(dueOn: string, today: string): string {
  const days = countDays(today, dueOn)
  if (days === 0) return tasksCopy.due.today
  if (days === 1) return tasksCopy.due.tomorrow
  if (days > 1 && days < 7) return formatWeekday(dueOn)
  const day = formatDay(dueOn, today)
  return days < 0 ? tasksCopy.due.late(day, -days) : day
}
