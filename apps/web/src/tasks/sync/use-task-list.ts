'use client'
/** One list: what the API said, with the pending changes on top, in the order it is shown. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { compareTasks } from '../api/list-query.js'
import { isEmptied, type Task } from '../api/task.js'
import { endsAt, isShown, type ListState, toListQuery } from '../list-state/views.js'
import { readLast, readTasks } from './cache.js'
import { applyChanges } from './change.js'
import { useEngine } from './engine-context.js'
import { toPagesQuery } from './pages-query.js'
import { useFilling } from './use-filling.js'
import { useConnectionState, useDrafts, useEmptied, useLeaving, usePending } from './use-stores.js'

export interface TaskList {
  /** Null until the first answer, unless something was added meanwhile. */
  readonly tasks: readonly Task[] | null
  /** Whether there was no answer yet. */
  readonly isPartial: boolean
  /** Whether the API has answered this very question, and not one of a few keys ago. */
  readonly isAnswered: boolean
  /** Tasks that do not belong here any more, and are on their way out. */
  readonly leaving: ReadonlySet<string>
  readonly error: Error | null
  /** Offline, or the API is away: what is not known yet has to wait. */
  readonly isCutOff: boolean
  /** The session has ended: only what was typed or changed here is shown. */
  readonly isSignedOut: boolean
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  /** Waits for a refetch that is under way. `isAsked` when somebody pressed for it. */
  loadMore(isAsked?: boolean): void
  reload(): void
  /** Ends the wait for the connection now. */
  reconnect(): void
}

export function useTaskList(state: ListState, today: string): TaskList {
  const engine = useEngine()
  const { connection } = engine
  const query = toListQuery(state)
  const result = useInfiniteQuery(toPagesQuery(engine, query))
  const { data, hasNextPage, refetch } = result
  const changes = usePending()
  const { kind } = useConnectionState()
  const isSignedOut = kind === 'signed-out'
  const drafts = useDrafts(isSignedOut)
  const emptied = useEmptied()
  const left = useLeaving()
  const { tasks, leaving } = useMemo(() => {
    const known = isSignedOut ? Object.values(drafts).map(({ base }) => base) : readTasks(data)
    const shown = applyChanges(known, changes, toListQuery(state)).filter(
      (task) => isShown(task, state, today) && !isEmptied(task, emptied),
    )
    const ids = new Set(shown.map(({ id }) => id))
    const going = left
      .filter(({ before }) => isShown(before, state, today) && !ids.has(before.id))
      .map(({ after }) => after)
    const sorted = [...shown, ...going].toSorted(compareTasks(toListQuery(state).sort))
    return {
      tasks: data || sorted.length > 0 ? sorted : null,
      leaving: new Set(going.map(({ id }) => id)),
    }
  }, [data, isSignedOut, drafts, changes, emptied, left, state, today])

  const isAllHidden = query.deleted && emptied !== null
  const hasMore = hasNextPage && !isAllHidden && !endsAt(readLast(data), state, today)
  const loadMore = useFilling(result, {
    question: JSON.stringify(query),
    count: tasks?.length ?? 0,
    hasMore,
  })

  return {
    tasks,
    isPartial: !data,
    isAnswered: data !== undefined && !result.isPlaceholderData,
    leaving,
    error: result.error,
    isSignedOut,
    isCutOff: kind === 'offline' || kind === 'waiting',
    hasMore,
    isLoadingMore: result.isFetchingNextPage,
    loadMore,
    reload: () => void refetch(),
    reconnect() {
      connection.setOnline(navigator.onLine)
      connection.retry()
    },
  }
}
