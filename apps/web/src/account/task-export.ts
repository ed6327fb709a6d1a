/** Every task of a person, as a file. */

import type { TasksApi } from '../tasks/api/api.js'
import { toQueryString } from '../tasks/api/list-query.js'
import type { Task } from '../tasks/api/task.js'

/** Whose tasks they are, and when they were fetched. */
export interface ExportHeader {
  readonly name: string
  readonly email: string
  readonly exportedAt: Date
}

/**
 * Fetches every page: the list, then the trash. A task that moves between the two meanwhile is there once.
 *
 * @param onProgress Told how many there are so far.
 */
export async function fetchAllTasks(
  api: Pick<TasksApi, 'list'>,
  onProgress: (count: number) => void,
): Promise<readonly Task[]> {
  const tasks = new Map<string, Task>()
  for (const deleted of [false, true]) {
    const query = toQueryString({ status: 'all', deleted, sort: 'oldest', q: '' })
    let cursor: string | null = null
    do {
      const page = await api.list(query, cursor)
      for (const task of page.tasks) tasks.set(task.id, task)
      onProgress(tasks.size)
      cursor = page.nextCursor
    } while (cursor !== null)
  }
  return [...tasks.values()]
}

export function toJsonFile({ name, email, exportedAt }: ExportHeader, tasks: readonly Task[]) {
  const account = { name, email }
  return `${JSON.stringify({ exportedAt: exportedAt.toISOString(), account, tasks }, null, 2)}\n`
}

/** In this order; false is left out: the file is the person's own, and need not name them in each line. */
const isColumn = {
  id: true,
  userId: false,
  title: true,
  notes: true,
  completed: true,
  completedAt: true,
  priority: true,
  dueOn: true,
  createdAt: true,
  updatedAt: true,
  deletedAt: true,
  version: true,
} satisfies Record<keyof Task, boolean>

const columns = Object.entries(isColumn).flatMap(
  ([name, isThere]) => (isThere ? [name as keyof Task] : []), // the table's names are a task's
)

/** Comma-separated values as RFC 4180 has them, with the mark by which Excel knows UTF-8. */
export function toCsvFile(tasks: readonly Task[]): string {
  const lines = [columns, ...tasks.map((task) => columns.map((column) => toCell(task[column])))]
  return `\uFEFF${lines.map((line) => `${line.join(',')}\r\n`).join('')}`
}

function toCell(value: string | number | boolean | null): string {
  // A spreadsheet would take such a text for a formula, and with the apostrophe for what it is.
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(value)
  const text = value === null ? '' : `${isFormula ? "'" : ''}${value}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
