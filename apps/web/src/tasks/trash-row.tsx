'use client'
/** One task in the trash: it can be brought back. */

import { memo } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { describeAgo } from '../time/ago.js'
import { Button } from '../ui/button.js'
import { Icon } from '../ui/icon.js'
import type { Task } from './api/task.js'
import { leaveRow } from './keyboard/row-focus.js'
import { useEngine } from './sync/engine-context.js'

export interface TrashRowProps {
  readonly task: Task
  readonly today: string
}

const words = tasksCopy.row

export const TrashRow = memo(function TrashRow({ task, today }: TrashRowProps) {
  const { actions, timeZone } = useEngine()
  return (
    <li
      data-task={task.id}
      className="row-skip flex scroll-mt-24 scroll-mb-40 items-center gap-3 border-line border-b py-2 pl-11"
    >
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 sm:flex-nowrap">
        <span
          dir="auto"
          className="min-w-0 basis-full break-words text-quiet sm:flex-1 sm:basis-auto"
        >
          {task.title}
        </span>
        <span className="shrink-0 text-12 text-quiet">
          {task.deletedAt && words.deleted(describeAgo(task.deletedAt, today, timeZone))}
        </span>
      </div>
      <Button
        size="small"
        data-row-focus
        aria-label={words.restoreTitle(task.title)}
        onClick={() => {
          leaveRow(task.id)
          actions.restore(task)
        }}
      >
        <Icon name="restore" className="size-4" />
        {words.restore}
      </Button>
    </li>
  )
})
