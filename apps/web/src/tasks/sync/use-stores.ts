'use client'
// The engine's stores as React sees them.

import { useMutationState } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Change } from './change.js'
import { toDay } from './day.js'
import type { Draft } from './drafts.js'
import { useEngine } from './engine-context.js'
import type { LinkState } from './link.js'
import { changeKey, readChange } from './outbox.js'

const up: LinkState = { kind: 'up' }

export function useLinkState(): LinkState {
  const { link } = useEngine()
  return useSyncExternalStore(link.subscribe, link.state, () => up)
}

/** The changes that the API has yet to confirm. */
export function usePending(): readonly Change[] {
  return useMutationState({
    filters: { mutationKey: changeKey, status: 'pending' },
    select: readChange,
  })
}

export function useDraft(id: string): Draft | undefined {
  const { drafts } = useEngine()
  return useSyncExternalStore(
    drafts.subscribe,
    () => drafts.get(id),
    () => undefined,
  )
}

/** How many texts are typed and not saved. */
export function useDraftCount(): number {
  const { drafts } = useEngine()
  return useSyncExternalStore(drafts.subscribe, drafts.count, () => 0)
}

/** The text in quick add. */
export function useNewText(): string {
  const { drafts } = useEngine()
  return useSyncExternalStore(drafts.subscribe, drafts.readNew, () => '')
}

export function useExpanded(): string | null {
  const { expanded } = useEngine()
  return useSyncExternalStore(expanded.subscribe, expanded.get, () => null)
}

/**
 * Today, here; a new one at midnight.
 *
 * @param server What the server took for today, so that both paint the same at first.
 */
export function useToday(server: string): string {
  return useSyncExternalStore(
    watchDay,
    () => toDay(new Date()),
    () => server,
  )
}

function watchDay(onChange: () => void): () => void {
  const timer = setInterval(onChange, 30_000)
  document.addEventListener('visibilitychange', onChange)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onChange)
  }
}
