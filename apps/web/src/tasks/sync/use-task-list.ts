'use client'
/** One list: what the API said, with the pending changes on top, in the order it is shown. */

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { compareTasks, type ListQuery, toQueryString } from '../api/list-query.js'
import type { Task } from '../api/task.js'
import { endsAt, isShown, type ListState, toListQuery } from '../list-state/views.js'
import { listsKey, readLast, readTasks, toListKey } from './cache.js'
import { applyChanges } from './change.js'
import { useEngine } from './engine-context.js'
import { joining, loadNextPage } from './next-page.js'
import { useConnectionState, useDrafts, usePending } from './use-stores.js'

export interface TaskList {
  /** Null until the first answer, unless something was added meanwhile. */
  readonly tasks: readonly Task[] | null
  /** Whether there was no answer yet. */
  readonly isPartial: boolean
  readonly error: Error | null
  /** Offline, or the API is away: what is not known yet has to wait. */
  readonly isCutOff: boolean
  /** The session has ended: only what was typed or changed here is shown. */
  readonly isSignedOut: boolean
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  /** Waits for a refetch that is under way. */
  loadMore(): void
  reload(): void
  /** Ends the wait for the connection now. */
  reconnect(): void
}

/** A filter may leave little of a page: this many pages are fetched by themselves to fill the screen. */
const mostPagesUnasked = 10
const enoughTasks = 20

export function useTaskList(state: ListState, today: string): TaskList {
  const { api, connection } = useEngine()
  const query = toListQuery(state)
  const result = useInfiniteQuery({
    queryKey: toListKey(query),
    queryFn: ({ pageParam, signal }) =>
      connection.run(() => api.list(toQueryString(query), pageParam, signal), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // While somebody types, what is known so far is searched here.
    placeholderData: (data, previous) =>
      isSameList(query, previous?.queryKey) ? keepPreviousData(data) : undefined,
  })
  const { data, hasNextPage, isFetching, fetchNextPage, refetch } = result
  const changes = usePending()
  const { kind } = useConnectionState()
  const isSignedOut = kind === 'signed-out'
  const drafts = useDrafts(isSignedOut)
  const tasks = useMemo(() => {
    const known = isSignedOut ? Object.values(drafts).map(({ base }) => base) : readTasks(data)
    const shown = applyChanges(known, changes, toListQuery(state))
      .filter((task) => isShown(task, state, today))
      .toSorted(compareTasks(toListQuery(state).sort))
    return data || shown.length > 0 ? shown : null
  }, [data, isSignedOut, drafts, changes, state, today])

  const hasMore = hasNextPage && !endsAt(readLast(data), state, today)
  const pages = data?.pages.length ?? 0
  const isShort = hasMore && (tasks?.length ?? 0) < enoughTasks && pages < mostPagesUnasked
  const isReal = !result.isPlaceholderData && !result.isError
  useEffect(() => {
    if (isShort && isReal && !isFetching) void fetchNextPage(joining)
  }, [isShort, isReal, isFetching, fetchNextPage])

  return {
    tasks,
    isPartial: !data,
    error: result.error,
    isSignedOut,
    isCutOff: kind === 'offline' || kind === 'waiting',
    hasMore,
    isLoadingMore: result.isFetchingNextPage,
    loadMore: () => void loadNextPage(result),
    reload: () => void refetch(),
    reconnect() {
      connection.setOnline(navigator.onLine)
      connection.retry()
    },
  }
}

/** True when only the text that is searched for differs. */
function isSameList(query: ListQuery, key: readonly unknown[] | undefined): boolean {
  if (key?.[0] !== listsKey[0]) return false
  const previous = key[1] as ListQuery // toListKey makes every key under listsKey
  return (
    previous.status === query.status &&
    previous.deleted === query.deleted &&
    previous.sort === query.sort
  )
}
