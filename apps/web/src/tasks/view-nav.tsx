'use client'
/** The views: a rail on wide screens, a bar at the bottom on phones. */

import type { MouseEvent } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import type { TaskCounts } from './api/task.js'
import { toAddress, type ViewName, viewNames, views } from './list-state/views.js'
import { useCounts } from './sync/use-counts.js'

export interface ViewNavProps {
  readonly current: ViewName
  readonly shape: 'rail' | 'bar'
  readonly today: string
  onGo(view: ViewName): void
}

export function ViewNav({ current, shape, today, onGo }: ViewNavProps) {
  const look = looks[shape]
  const counts = useCounts(today)
  return (
    <nav aria-label={tasksCopy.views.label}>
      <ul className={look.list}>
        {viewNames.map((view) => (
          <li key={view} className={look.item}>
            <a
              href={toAddress({ view, q: '', sort: null, priority: null })}
              aria-current={view === current ? 'page' : undefined}
              aria-describedby={readCount(counts, view) ? `count-${shape}-${view}` : undefined}
              onClick={(event) => {
                if (isPlain(event)) {
                  event.preventDefault()
                  onGo(view)
                }
              }}
              className={classes(
                look.link,
                view === current ? look.current : 'text-quiet hover:text-ink',
              )}
            >
              <Icon name={views[view].icon} />
              {tasksCopy.views[view]}
              <Count value={readCount(counts, view)} className={look.count} />
            </a>
            <CountText value={readCount(counts, view)} id={`count-${shape}-${view}`} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

const looks = {
  rail: {
    list: 'space-y-0.5',
    item: '',
    link: 'flex h-9 items-center gap-3 rounded-md px-3 text-14 transition-colors hover:bg-wash',
    current: 'bg-wash font-medium text-ink',
    count: 'ml-auto',
  },
  bar: {
    list: 'flex',
    item: 'flex-1',
    link: 'relative flex h-14 flex-col items-center justify-center gap-0.5 text-12 focus-visible:-outline-offset-2',
    current: 'font-medium text-ink',
    count: 'absolute top-1.5 left-[calc(50%+0.75rem)]',
  },
} as const

/** Zero where nothing is counted, or not yet. */
function readCount(counts: TaskCounts | null, view: ViewName): number {
  return (view === 'open' || view === 'today') && counts ? counts[view] : 0
}

interface CountProps {
  readonly value: number
  readonly className: string
}

/** Beside the name of the view; screen readers hear it after the name, in words. */
function Count({ value, className }: CountProps) {
  if (value === 0) return null
  return (
    <span
      aria-hidden="true"
      className={classes('font-normal text-12 text-quiet tabular-nums', className)}
    >
      {value > MOST ? tasksCopy.views.many(MOST) : value}
    </span>
  )
}

function CountText({ value, id }: { readonly value: number; readonly id: string }) {
  if (value === 0) return null
  return (
    <span id={id} hidden>
      {tasksCopy.states.count(value, false)}
    </span>
  )
}

/** More takes too much room in the bar. */
const MOST = 999

/** A click that means this tab; with a key held it means another one. */
function isPlain(event: MouseEvent): boolean {
  return !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
}
