'use client'
/** Below the list of a view: what the same search finds in the others, each with where it was found. */

import { tasksCopy } from '../../copy/tasks.js'
import { Button } from '../../ui/button.js'
import { useExpanded } from '../sync/use-stores.js'
import { TaskRow } from '../task-row.js'
import { TrashRow } from '../trash-row.js'
import { groupByPlace } from './elsewhere.js'
import type { Elsewhere } from './use-elsewhere.js'

export interface ElsewhereListProps {
  readonly found: Elsewhere
  readonly today: string
}

const words = tasksCopy.search

export function ElsewhereList({ found, today }: ElsewhereListProps) {
  const expanded = useExpanded()
  const { tasks, isLooking, hasMore } = found
  return (
    <>
      {groupByPlace(tasks, today).map((place) => (
        <section key={place.view} aria-label={place.label}>
          <h2 className="pt-6 pb-1 font-medium text-12 text-quiet">{place.label}</h2>
          <ul className="border-line border-t">
            {place.tasks.map((task) =>
              place.view === 'trash' ? (
                <TrashRow key={task.id} task={task} today={today} />
              ) : (
                <TaskRow
                  key={task.id}
                  task={task}
                  today={today}
                  isExpanded={expanded === task.id}
                  isLeaving={false}
                  hasDayAbove={false}
                />
              ),
            )}
          </ul>
        </section>
      ))}
      <div role="status" className="flex justify-center pt-6 text-12 text-quiet empty:hidden">
        {isLooking && <span className="animate-late">{words.looking}</span>}
        {!isLooking && !hasMore && tasks.length === 0 && words.nothingElsewhere}
      </div>
      {!isLooking && hasMore && (
        <div className="flex justify-center py-6">
          <Button onClick={found.loadMore}>{words.goOn}</Button>
        </div>
      )}
    </>
  )
}
