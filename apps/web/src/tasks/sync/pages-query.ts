/** How the pages of a list are asked for, and what stands there until they have come. */

import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { type ListQuery, toQueryString } from '../api/list-query.js'
import { listsKey, toListKey } from './cache.js'
import type { Engine } from './engine.js'

export function toPagesQuery({ api, connection }: Engine, query: ListQuery) {
  return infiniteQueryOptions({
    queryKey: toListKey(query),
    queryFn: ({ pageParam, signal }) =>
      connection.run(() => api.list(toQueryString(query), pageParam, signal), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // While somebody types, what is known so far is searched here.
    placeholderData: (data, previous) =>
      isSameList(query, previous?.queryKey) ? keepPreviousData(data) : undefined,
  })
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
