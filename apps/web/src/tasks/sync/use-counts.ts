'use client'
/** How many tasks are open and due, with the changes on top that the API has yet to confirm. */

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TaskCounts } from '../api/task.js'
import { applyToCounts, type KnownCounts, toCountsKey } from './counts.js'
import { useEngine } from './engine-context.js'
import { usePending } from './use-stores.js'

/** Null until the API has said it. */
export function useCounts(today: string): TaskCounts | null {
  const { api, connection, tabs } = useEngine()
  const { data } = useQuery({
    queryKey: toCountsKey(today),
    queryFn: async ({ signal }): Promise<KnownCounts> => {
      const known = await connection.run(async () => {
        const askedAt = Date.now()
        return { counts: await api.count(today, signal), askedAt }
      }, signal)
      tabs.tell({ kind: 'counts', today, ...known })
      return known
    },
  })
  const changes = usePending()
  return useMemo(
    () => (data ? applyToCounts(data.counts, changes, today) : null),
    [data, changes, today],
  )
}
