'use client'
/** What to list, as the address says it. */

import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { type ListState, readListState, toAddress } from './views.js'

/** The state, and how to change it: `push` makes a step for the back button, `replace` does not. */
export function useListState(): readonly [
  ListState,
  (next: ListState, how: 'push' | 'replace') => void,
] {
  const parameters = useSearchParams()
  const state = useMemo(() => readListState(new URLSearchParams(parameters)), [parameters])
  return [state, go]
}

/** Next.js follows the History API, and asks its server nothing. */
function go(next: ListState, how: 'push' | 'replace'): void {
  const address = toAddress(next)
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
}
