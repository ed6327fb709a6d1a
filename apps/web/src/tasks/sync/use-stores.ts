'use client'
/** The engine's stores as React sees them. */

import { useMutationState } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { toDay } from '../../time/day.js'
import type { Change } from './change.js'
import type { ConnectionState } from './connection.js'
import type { Draft } from './drafts.js'
import { useEngine } from './engine-context.js'
import type { LeavingTask } from './leaving.js'
import { changeKey, readChange } from './pending-changes.js'

const none: Readonly<Record<string, Draft>> = {}
const nothing: readonly LeavingTask[] = []
const up: ConnectionState = { kind: 'up' }

export function useConnectionState(): ConnectionState {
  const { connection } = useEngine()
  return useSyncExternalStore(connection.subscribe, connection.state, () => up)
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

/** What is typed into editors and not saved, by the ids of the tasks; empty, and never new, while it is not wanted. */
export function useDrafts(isWanted: boolean): Readonly<Record<string, Draft>> {
  const { drafts } = useEngine()
  return useSyncExternalStore(
    drafts.subscribe,
    () => (isWanted ? drafts.all() : none),
    () => none,
  )
}

/** Whether the editor that is open holds something that is not saved. */
export function useIsTyping(): boolean {
  const { drafts } = useEngine()
  const id = useExpanded()
  return useSyncExternalStore(
    drafts.subscribe,
    () => id !== null && drafts.get(id) !== undefined,
    () => false,
  )
}

/** What was in the trash up to this moment is being emptied, and not shown; null while it is not. */
export function useEmptied(): string | null {
  const { emptying } = useEngine()
  return useSyncExternalStore(emptying.until.subscribe, emptying.until.get, () => null)
}

/** Tasks that are on their way out of a list. */
export function useLeaving(): readonly LeavingTask[] {
  const { leaving } = useEngine()
  return useSyncExternalStore(leaving.subscribe, leaving.list, () => nothing)
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
