'use client'
/** What a search finds outside of the view that is open, once the view itself has its answer. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { compareTasks, isListed, type ListQuery, searchOrder } from '../api/list-query.js'
import { isEmptied, type Task } from '../api/task.js'
import { isShown, type ListState } from '../list-state/views.js'
import { readTasks, type TaskPages } from '../sync/cache.js'
import { applyChanges } from '../sync/change.js'
import { useEngine } from '../sync/engine-context.js'
import { toPagesQuery } from '../sync/pages-query.js'
import { useFilling } from '../sync/use-filling.js'
import { useEmptied, usePending } from '../sync/use-stores.js'
import type { TaskList } from '../sync/use-task-list.js'
import { toOtherQueries } from './elsewhere.js'

export interface Elsewhere {
  readonly tasks: readonly Task[]
  /** Whether something is still being asked for. */
  readonly isLooking: boolean
  readonly hasMore: boolean
  loadMore(): void
}

/** Null while nothing is searched for. */
export function useElsewhere(state: ListState, today: string, list: TaskList): Elsewhere | null {
  const engine = useEngine()
  const queries = useMemo(() => toOtherQueries(state), [state])
  const isWanted = state.q !== '' && list.isAnswered && !list.isSignedOut
  // One after the other: the API lets a person search once at a time.
  const alive = useInfiniteQuery({ ...toPagesQuery(engine, queries.alive), enabled: isWanted })
  const isAliveAnswered = !alive.isPending && !alive.isPlaceholderData
  const isTrashWanted = isWanted && isAliveAnswered && state.view !== 'trash'
  const trash = useInfiniteQuery({
    ...toPagesQuery(engine, queries.trash),
    enabled: isTrashWanted,
  })
  const changes = usePending()
  const emptied = useEmptied()
  const tasks = useMemo(() => {
    if (state.q === '') return []
    const read = (data: TaskPages | undefined, query: ListQuery) =>
      applyChanges(readTasks(data), changes, query).filter((task) => isListed(task, query))
    return [
      ...read(alive.data, queries.alive),
      ...(state.view === 'trash' ? [] : read(trash.data, queries.trash)),
    ]
      .filter((task) => !isShown(task, state, today) && !isEmptied(task, emptied))
      .filter(({ priority }) => state.priority === null || priority === state.priority)
      .toSorted(compareTasks(searchOrder))
  }, [alive.data, trash.data, changes, emptied, queries, state, today])

  const count = isWanted ? tasks.length : Number.POSITIVE_INFINITY
  const question = JSON.stringify(queries.alive)
  const more = { question, count }
  const loadAlive = useFilling(alive, { ...more, hasMore: alive.hasNextPage })
  const loadTrash = useFilling(trash, { ...more, hasMore: trash.hasNextPage })
  if (state.q === '') return null
  const isAsking = alive.isFetching || (state.view !== 'trash' && trash.isFetching)
  return {
    tasks,
    isLooking: !list.error && !list.isCutOff && (!list.isAnswered || isAsking),
    hasMore: isWanted && (alive.hasNextPage || (state.view !== 'trash' && trash.hasNextPage)),
    loadMore() {
      if (alive.hasNextPage) loadAlive(true)
      else loadTrash(true)
    },
  }
}
