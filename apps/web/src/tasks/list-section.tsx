'use client'
/**
 * The part of the page that follows every change: the list and the keys that act on it. The rest of the page is not
 * drawn
 * again for them.
 */

import { tasksCopy } from '../copy/tasks.js'
import { EmptyTrash } from './empty-trash.js'
import { useKeyboard } from './keyboard/use-keyboard.js'
import type { ListState, ViewName } from './list-state/views.js'
import { ElsewhereList } from './search/elsewhere-list.js'
import { useElsewhere } from './search/use-elsewhere.js'
import { useTaskList } from './sync/use-task-list.js'
import { TaskList } from './task-list.js'

export interface ListSectionProps {
  readonly state: ListState
  readonly today: string
  /** Whether people want single keys to act. */
  readonly hasShortcuts: boolean
  goToView(view: ViewName): void
  openHelp(): void
  onReset(): void
}

const words = tasksCopy.states

export function ListSection({ state, today, onReset, ...keyboard }: ListSectionProps) {
  const list = useTaskList(state, today)
  const { tasks, hasMore } = list
  const found = useElsewhere(state, today, list)
  useKeyboard({ tasks: found ? [...(tasks ?? []), ...found.tasks] : tasks, ...keyboard })
  const isWhole = state.q === '' && state.priority === null
  return (
    <>
      {state.view === 'trash' && isWhole && tasks !== null && tasks.length > 0 && <EmptyTrash />}
      <div className="pt-2">
        <TaskList list={list} state={state} today={today} onReset={onReset} />
        {found && <ElsewhereList found={found} today={today} />}
      </div>
      <p role="status" className="sr-only">
        {tasks && words.count(tasks.length, hasMore)}
        {found && found.tasks.length > 0 && `, ${tasksCopy.search.found(found.tasks.length)}`}
      </p>
    </>
  )
}
