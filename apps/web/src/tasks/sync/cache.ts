/** The answers of the API as TanStack Query keeps them, and how a confirmed task finds its place in them. */

import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { isListed, type ListQuery } from '../api/list-query.js'
import { isEmptied, type Task, type TaskPage } from '../api/task.js'

export type TaskPages = InfiniteData<TaskPage, unknown>

export const listsKey = ['tasks'] as const

export function toListKey(query: ListQuery) {
  return [...listsKey, query] as const
}

/** Every task of the pages once: one that moved while the next page was fetched may be on both. */
export function readTasks(data: TaskPages | undefined): readonly Task[] {
  const tasks = new Map<string, Task>()
  for (const page of data?.pages ?? []) {
    for (const task of page.tasks) tasks.set(task.id, task)
  }
  return [...tasks.values()]
}

/** The last task that the API listed, before anything was placed by hand. */
export function readLast(data: TaskPages | undefined): Task | undefined {
  return data?.pages.at(-1)?.tasks.at(-1)
}

/**
 * Puts what the API has confirmed into every list that is in memory, and takes it out where it no longer belongs. Lists
 * that were being fetched may hold the state before, so they are fetched again.
 */
export async function settleTask(client: QueryClient, task: Task): Promise<void> {
  const fetching = client.isFetching({ queryKey: listsKey }) > 0
  if (fetching) await client.cancelQueries({ queryKey: listsKey })
  for (const query of client.getQueryCache().findAll({ queryKey: listsKey })) {
    const listQuery = query.queryKey[1] as ListQuery // toListKey makes every key under listsKey
    client.setQueryData<TaskPages>(
      query.queryKey,
      (data) => data && placeTask(data, task, listQuery),
    )
  }
  // What is not on the screen is looked at again before it is shown.
  await client.invalidateQueries({
    queryKey: listsKey,
    refetchType: fetching ? 'active' : 'none',
  })
}

/** As above, for a task that another tab has heard of, unless this one has heard of something newer. */
export async function settleNewer(client: QueryClient, task: Task): Promise<void> {
  const known = client
    .getQueryCache()
    .findAll({ queryKey: listsKey })
    .flatMap(({ queryKey }) => readTasks(client.getQueryData<TaskPages>(queryKey)))
  const isOld = known.some(({ id, version }) => id === task.id && version >= task.version)
  if (!isOld) await settleTask(client, task)
}

/** What was in the trash up to a moment is gone for good. */
export function dropTrash(client: QueryClient, until: string): void {
  for (const { queryKey } of client.getQueryCache().findAll({ queryKey: listsKey })) {
    client.setQueryData<TaskPages>(queryKey, (data) => {
      const pages = data?.pages.map((page) => ({
        ...page,
        tasks: page.tasks.filter((task) => !isEmptied(task, until)),
      }))
      return data && pages && { ...data, pages }
    })
  }
  void client.invalidateQueries({ queryKey: listsKey })
}

/** Lists are sorted when they are shown; here the first place will do, and keeps the last one the API's own. */
export function placeTask(data: TaskPages, task: Task, query: ListQuery): TaskPages {
  const pages = data.pages.map((page, index) => {
    const others = page.tasks.filter((other) => other.id !== task.id)
    if (index === 0 && isListed(task, query)) return { ...page, tasks: [task, ...others] }
    return others.length === page.tasks.length ? page : { ...page, tasks: others }
  })
  return { ...data, pages }
}
