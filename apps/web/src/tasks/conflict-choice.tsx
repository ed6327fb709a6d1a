'use client'
/** The same task in two versions, side by side where they differ, and the question which one to keep. */

import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { Icon } from '../ui/icon.js'
import { fieldNames, type Task, type TaskFields } from './api/task.js'
import { describeDue } from './due-label.js'

export interface ConflictChoiceProps {
  /** The newer version. */
  readonly task: Task
  readonly today: string
  /** What was changed here. */
  readonly changes: Partial<TaskFields>
  onKeepYours(): void
  onKeepNewer(): void
}

const words = tasksCopy.conflict

export function ConflictChoice({
  task,
  today,
  changes,
  onKeepYours,
  onKeepNewer,
}: ConflictChoiceProps) {
  const mine = { ...task, ...changes }
  const fields = fieldNames.filter((name) => mine[name] !== task[name])
  return (
    <div role="alert" className="space-y-3 border-line border-b pb-4">
      <p className="flex gap-2 font-medium">
        <Icon name="warning" className="text-warn" />
        {words.title}
      </p>
      <table className="w-full table-fixed text-left align-top">
        <thead className="text-12 text-quiet">
          <tr>
            <th scope="col" className="w-16 py-1 font-medium">
              <span className="sr-only">{words.field}</span>
            </th>
            <th scope="col" className="py-1 pr-3 font-medium">
              {words.yours}
            </th>
            <th scope="col" className="py-1 font-medium">
              {words.newer}
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((name) => (
            <tr key={name} className="border-line border-t align-top">
              <th scope="row" className="py-2 pr-2 font-normal text-12 text-quiet">
                {tasksCopy.editor[name]}
              </th>
              <td dir="auto" className="whitespace-pre-wrap py-2 pr-3">
                {describe(mine, name, today)}
              </td>
              <td dir="auto" className="whitespace-pre-wrap py-2">
                {describe(task, name, today)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onKeepYours}>{words.keepYours}</Button>
        <Button onClick={onKeepNewer}>{words.keepNewer}</Button>
      </div>
    </div>
  )
}

function describe(fields: TaskFields, name: keyof TaskFields, today: string): string {
  if (name === 'dueOn' && fields.dueOn) return describeDue(fields.dueOn, today)
  if (name === 'priority') return tasksCopy.priorities[fields.priority]
  return fields[name] || words.empty
}
