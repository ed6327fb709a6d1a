'use client'
/** The end of what is listed so far: the next page comes when somebody gets near it, or asks for it. */

import { useEffect, useEffectEvent, useRef } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import type { TaskList } from './sync/use-task-list.js'

export interface LoadMoreProps {
  readonly list: TaskList
  /** How many tasks stand above. */
  readonly count: number
}

const words = tasksCopy.states
/** Far enough ahead that whoever scrolls on rarely sees it. */
const nearness = '800px'

export function LoadMore({ list, count }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null)
  const onNear = useEffectEvent(() => {
    // After a failure people decide themselves when to try again.
    if (!list.isLoadingMore && !list.error) list.loadMore()
  })
  // Looked at anew only when the list has grown: a filter that shows nothing of a page asks for no further ones.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onNear()
      },
      { rootMargin: nearness },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [count])

  return (
    <div ref={end} className="flex justify-center py-6">
      <Button onClick={() => list.loadMore(true)} busy={list.isLoadingMore}>
        {list.isLoadingMore ? words.loadingMore : words.more}
      </Button>
    </div>
  )
}
