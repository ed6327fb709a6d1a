/** Fetching the next page of a list without giving up the one that is being fetched. */

import type { InfiniteQueryObserverResult } from '@tanstack/react-query'

/** Joins what is under way. Otherwise a refetch would be cancelled, and the old pages would count as fresh. */
export const joining = { cancelRefetch: false }

/** Lets a refetch finish first; asked for twice, the page is fetched once. */
export async function loadNextPage({
  isFetching,
  isFetchingNextPage,
  fetchNextPage,
}: Pick<
  InfiniteQueryObserverResult,
  'isFetching' | 'isFetchingNextPage' | 'fetchNextPage'
>): Promise<void> {
  if (isFetching && !isFetchingNextPage) {
    const { isError } = await fetchNextPage(joining)
    // After a failure people decide themselves when to try again.
    if (isError) return
  }
  await fetchNextPage(joining)
}
