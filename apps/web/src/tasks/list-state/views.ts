/** The views: each is a question to the API and a rule for what of the answer to show. */

import type { IconName } from '../../ui/icon.js'
import { isListed, type ListQuery, type SortName, sorts } from '../api/list-query.js'
import type { Priority, Task } from '../api/task.js'

export const viewNames = ['open', 'today', 'upcoming', 'done', 'trash'] as const

export type ViewName = (typeof viewNames)[number]

/** What the address says. */
export interface ListState {
  readonly view: ViewName
  readonly q: string
  /** Null is the order that fits the view. */
  readonly sort: SortName | null
  /** Only tasks of this priority; null shows all. */
  readonly priority: Priority | null
}

interface View {
  readonly icon: IconName
  readonly status: ListQuery['status']
  readonly deleted: boolean
  readonly sort: SortName
}

export const views: Readonly<Record<ViewName, View>> = {
  open: { icon: 'open', status: 'open', deleted: false, sort: 'newest' },
  today: { icon: 'today', status: 'open', deleted: false, sort: 'due' },
  upcoming: { icon: 'upcoming', status: 'open', deleted: false, sort: 'due' },
  done: { icon: 'done', status: 'done', deleted: false, sort: 'changed' },
  trash: { icon: 'trash', status: 'all', deleted: true, sort: 'changed' },
}

const priorityWords: readonly (string | null)[] = ['none', 'low', 'medium', 'high']

/** Reads the search parameters of an address; what it does not know, it leaves out. */
export function readListState(parameters: URLSearchParams): ListState {
  const view = viewNames.find((name) => name === parameters.get('view')) ?? 'open'
  const priority = priorityWords.indexOf(parameters.get('priority'))
  return {
    view,
    q: (parameters.get('q') ?? '').slice(0, 200).trim(),
    sort: sorts.find((name) => name === parameters.get('sort')) ?? null,
    priority: priority < 0 ? null : (priority as Priority), // an index of the four words
  }
}

/** The address of a list, with nothing in it that is as usual. */
export function toAddress({ view, q, sort, priority }: ListState): string {
  const parameters = new URLSearchParams()
  if (view !== 'open') parameters.set('view', view)
  if (q) parameters.set('q', q)
  if (sort && sort !== views[view].sort) parameters.set('sort', sort)
  if (priority !== null) parameters.set('priority', String(priorityWords[priority]))
  const query = parameters.toString()
  return query ? `/dashboard?${query}` : '/dashboard'
}

export function toListQuery({ view, q, sort }: ListState): ListQuery {
  const { status, deleted, sort: usual } = views[view]
  return { status, deleted, sort: sort ?? usual, q }
}

/** Whether a list shows the task: what the API would list, then the view's own rule and the filter. */
export function isShown(task: Task, state: ListState, today: string): boolean {
  if (!isListed(task, toListQuery(state))) return false
  if (state.priority !== null && task.priority !== state.priority) return false
  if (state.view === 'today') return task.dueOn !== null && task.dueOn <= today
  if (state.view === 'upcoming') return task.dueOn !== null && task.dueOn > today
  return true
}

/**
 * Whether nothing after this task can be shown: Today and Upcoming are read in the order of days, so they end where the
 * days do.
 */
export function endsAt(task: Task | undefined, state: ListState, today: string): boolean {
  if (task === undefined || toListQuery(state).sort !== 'due') return false
  if (state.view === 'today') return task.dueOn === null || task.dueOn > today
  return state.view === 'upcoming' && task.dueOn === null
}

/** The day a task gets when it is added while this view is open, so that it appears where it was written. */
export function dayForNew(view: ViewName, today: string, tomorrow: string): string | null {
  if (view === 'today') return today
  return view === 'upcoming' ? tomorrow : null
}
