/** What a search finds outside of the view that is open: what to ask the API for, and where each task was found. */

import { tasksCopy } from '../../copy/tasks.js'
import { type ListQuery, searchOrder } from '../api/list-query.js'
import type { Task } from '../api/task.js'
import { type ListState, type ViewName, viewNames } from '../list-state/views.js'

export interface Place {
  readonly view: ViewName
  readonly label: string
  readonly tasks: readonly Task[]
}

/** Together with what the view itself asks for, these find everything. */
export function toOtherQueries({ view, q }: ListState): {
  readonly alive: ListQuery
  readonly trash: ListQuery
} {
  // Today and Upcoming show a part of what is open, and stop where their days end.
  const status = view === 'open' ? 'done' : view === 'done' ? 'open' : 'all'
  return {
    alive: { status, deleted: false, sort: searchOrder, q },
    trash: { status: 'all', deleted: true, sort: searchOrder, q },
  }
}

/** The narrowest view that lists the task. */
export function findView(task: Task, today: string): ViewName {
  if (task.deletedAt !== null) return 'trash'
  if (task.completed) return 'done'
  if (task.dueOn === null) return 'open'
  return task.dueOn <= today ? 'today' : 'upcoming'
}

/** The tasks by where they were found, in the order of the views. */
export function groupByPlace(tasks: readonly Task[], today: string): readonly Place[] {
  return viewNames
    .map((view) => ({
      view,
      label: tasksCopy.search.foundIn(tasksCopy.views[view]),
      tasks: tasks.filter((task) => findView(task, today) === view),
    }))
    .filter((place) => place.tasks.length > 0)
}
