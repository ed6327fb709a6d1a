'use client'
/** The list of a view, in whichever of its states it is. */

import { tasksCopy } from '../copy/tasks.js'
import { classes } from '../ui/classes.js'
import { Skeleton } from '../ui/skeleton.js'
import { groupTasks } from './list-state/groups.js'
import type { ListState } from './list-state/views.js'
import { CutOffList, EmptyList, FailedList, SignedOutList } from './list-states.js'
import { LoadMore } from './load-more.js'
import { useExpanded } from './sync/use-stores.js'
import type { TaskList as List } from './sync/use-task-list.js'
import { TaskRow } from './task-row.js'
import { TrashRow } from './trash-row.js'

export interface TaskListProps {
  readonly list: List
  readonly state: ListState
  readonly today: string
  onReset(): void
}

const words = tasksCopy.states

export function TaskList({ list, state, today, onReset }: TaskListProps) {
  const expanded = useExpanded()
  const { tasks } = list
  if (tasks === null) {
    if (list.isSignedOut) return <SignedOutList />
    if (list.error) return <FailedList onRetry={list.reload} />
    if (list.isCutOff) return <CutOffList onRetry={list.reconnect} />
    return <Skeleton label={words.loading} />
  }
  if (tasks.length === 0 && !list.hasMore) return <EmptyList state={state} onReset={onReset} />
  return (
    <>
      {list.error && (
        <div className="mb-4">
          <FailedList onRetry={list.reload} />
        </div>
      )}
      {groupTasks(tasks, state, today).map((group) => (
        <section key={group.label ?? 'all'} aria-label={group.label ?? tasksCopy.views[state.view]}>
          {group.label && (
            <h2
              className={classes(
                'pt-6 pb-1 font-medium text-12',
                group.label === tasksCopy.groups.today ? 'text-accent' : 'text-quiet',
              )}
            >
              {group.label}
            </h2>
          )}
          <ul className="border-line border-t">
            {group.tasks.map((task) =>
              state.view === 'trash' ? (
                <TrashRow key={task.id} task={task} today={today} />
              ) : (
                <TaskRow
                  key={task.id}
                  task={task}
                  today={today}
                  isExpanded={expanded === task.id}
                  isLeaving={list.leaving.has(task.id)}
                  hasDayAbove={group.saysDay}
                />
              ),
            )}
          </ul>
        </section>
      ))}
      {list.isSignedOut && <SignedOutList />}
      {list.isPartial && list.isCutOff && <CutOffList onRetry={list.reconnect} />}
      {list.isPartial && !list.isSignedOut && !list.isCutOff && !list.error && (
        <Skeleton label={words.loading} />
      )}
      {tasks.length === 0 && list.hasMore && (
        <p className="px-4 pt-8 pb-2 text-center text-quiet">{words.noneSoFar}</p>
      )}
      {list.hasMore && <LoadMore list={list} count={tasks.length} />}
    </>
  )
}
