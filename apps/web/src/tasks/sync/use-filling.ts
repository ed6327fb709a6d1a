'use client'
/**
 * Goes on by itself while there is little to show. A page may hold fewer tasks than were asked for, or none, and not be
 * the last: a filter left little of it, or a search had looked at enough for one answer.
 */

import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { joining, loadNextPage } from './next-page.js'

export interface FillingOptions {
  /** Changes with the question that is asked. */
  readonly question: string
  /** How many tasks are shown. */
  readonly count: number
  /** Whether more could be shown. */
  readonly hasMore: boolean
}

/** This many pages are fetched unasked, and again after somebody asked for more. */
const MOST_PAGES_UNASKED = 10
const ENOUGH_TASKS = 20

/** Gives back how to fetch the next page; `isAsked` when somebody pressed for it. */
export function useFilling(
  result: UseInfiniteQueryResult<InfiniteData<unknown>>,
  { question, count, hasMore }: FillingOptions,
): (isAsked?: boolean) => void {
  const { data, isFetching, fetchNextPage } = result
  const end = useRef({ question, pages: MOST_PAGES_UNASKED })
  const pages = data?.pages.length ?? 0
  const isShort = hasMore && count < ENOUGH_TASKS
  const isReal = !result.isPlaceholderData && !result.isError
  useEffect(() => {
    if (end.current.question !== question) end.current = { question, pages: MOST_PAGES_UNASKED }
    if (isShort && isReal && !isFetching && pages < end.current.pages) void fetchNextPage(joining)
  }, [question, isShort, isReal, isFetching, pages, fetchNextPage])
  return (isAsked = false) => {
    if (isAsked) end.current = { question, pages: pages + MOST_PAGES_UNASKED }
    void loadNextPage(result)
  }
}
