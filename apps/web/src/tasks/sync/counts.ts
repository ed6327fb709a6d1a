/**
 * How many tasks are open and due, as the API said last, and what the changes of this page make of it. Whatever tab of
 * a browser asked last tells the others.
 */

import type { QueryClient } from '@tanstack/react-query'
import type { Task, TaskCounts } from '../api/task.js'
import { applyChange, type Change } from './change.js'

/** An answer of the API, and when it was asked, in milliseconds by this machine's clock. */
export interface KnownCounts {
  readonly counts: TaskCounts
  readonly askedAt: number
}

export const countsKey = ['counts'] as const

export function toCountsKey(today: string) {
  return [...countsKey, today] as const
}

/** The counts as they will be once the changes are confirmed. */
export function applyToCounts(
  counts: TaskCounts,
  changes: readonly Change[],
  today: string,
): TaskCounts {
  const touched = new Map<string, { readonly before: Task | null; readonly after: Task }>()
  for (const change of changes) {
    const { id } = change.task
    const known = touched.get(id)
    const before = known ? known.before : change.kind === 'create' ? null : change.task
    touched.set(id, { before, after: applyChange(change, known?.after) })
  }
  let { open, today: due } = counts
  for (const { before, after } of touched.values()) {
    open += Number(isOpen(after)) - Number(isOpen(before))
    due += Number(isDue(after, today)) - Number(isDue(before, today))
  }
  // What was asked while a change was on its way may count it already.
  return { open: Math.max(open, 0), today: Math.max(due, 0) }
}

/** A change is confirmed: it counts for good, until the API is asked again. */
export function settleCounts(client: QueryClient, change: Change): void {
  for (const { queryKey } of client.getQueryCache().findAll({ queryKey: countsKey })) {
    const today = String(queryKey[1]) // toCountsKey makes every key under countsKey
    client.setQueryData<KnownCounts>(
      queryKey,
      (known) => known && { ...known, counts: applyToCounts(known.counts, [change], today) },
      // As old as it was.
      { updatedAt: client.getQueryState(queryKey)?.dataUpdatedAt ?? 0 },
    )
  }
}

/** Takes what another tab was told, unless this one asked later. */
export function takeCounts(client: QueryClient, today: string, told: KnownCounts): void {
  const key = toCountsKey(today)
  const known = client.getQueryData<KnownCounts>(key)
  // A tab that shows no counts, as after its session has ended, begins with none of others.
  if (known && known.askedAt < told.askedAt) client.setQueryData<KnownCounts>(key, told)
}

function isOpen(task: Task | null): boolean {
  return task !== null && task.deletedAt === null && !task.completed
}

function isDue(task: Task | null, today: string): boolean {
  return isOpen(task) && task?.dueOn != null && task.dueOn <= today
}
