/** Headings in a list that is read by day. */

import { tasksCopy } from '../../copy/tasks.js'
import { addDays, formatDay } from '../../time/day.js'
import type { Task } from '../api/task.js'
import { type ListState, toListQuery } from './views.js'

export interface TaskGroup {
  /** Null for a list without headings. */
  readonly label: string | null
  /** Whether the heading is the day of its tasks, so that they need not repeat it. */
  readonly saysDay: boolean
  readonly tasks: readonly Task[]
}

/** Today and Upcoming have headings while they are in the order of days; the tasks are in that order already. */
export function groupTasks(
  tasks: readonly Task[],
  state: ListState,
  today: string,
): readonly TaskGroup[] {
  const isByDay = state.view === 'today' || state.view === 'upcoming'
  if (!isByDay || toListQuery(state).sort !== 'due') {
    return [{ label: null, saysDay: false, tasks }]
  }
  const groups = new Map<string, Task[]>()
  for (const task of tasks) {
    const label = labelDay(task.dueOn ?? '', today)
    const group = groups.get(label)
    if (group) group.push(task)
    else groups.set(label, [task])
  }
  return [...groups].map(([label, grouped]) => ({
    label,
    saysDay: label !== tasksCopy.groups.late,
    tasks: grouped,
  }))
}

function labelDay(day: string, today: string): string {
  if (day < today) return tasksCopy.groups.late
  if (day === today) return tasksCopy.groups.today
  if (day === addDays(today, 1)) return tasksCopy.groups.tomorrow
  return formatDay(day, today)
}
