'use client'
/** The views: a rail on wide screens, a bar at the bottom on phones. */

import type { MouseEvent } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { classes } from '../ui/classes.js'
import { Icon } from '../ui/icon.js'
import { toAddress, type ViewName, viewNames, views } from './list-state/views.js'

export interface ViewNavProps {
  readonly current: ViewName
  readonly shape: 'rail' | 'bar'
  onGo(view: ViewName): void
}

export function ViewNav({ current, shape, onGo }: ViewNavProps) {
  const look = looks[shape]
  return (
    <nav aria-label={tasksCopy.views.label}>
      <ul className={look.list}>
        {viewNames.map((view) => (
          <li key={view} className={look.item}>
            <a
              href={toAddress({ view, q: '', sort: null, priority: null })}
              aria-current={view === current ? 'page' : undefined}
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
            </a>
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
  },
  bar: {
    list: 'flex',
    item: 'flex-1',
    link: 'flex h-14 flex-col items-center justify-center gap-0.5 text-12 focus-visible:-outline-offset-2',
    current: 'font-medium text-ink',
  },
} as const

/** A click that means this tab; with a key held it means another one. */
function isPlain(event: MouseEvent): boolean {
  return !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
}
