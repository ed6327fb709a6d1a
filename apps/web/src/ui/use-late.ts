'use client'
/** Parts of the page that nobody sees before they do something are fetched when somebody begins to do something. */

import { startTransition, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'

/**
 * A module that is loaded when it is wanted; null until then. A load that fails is tried again when the wish is
 * renewed or
 * the browser is online again.
 */
export function useLate<Module>(
  load: () => Promise<Module>,
  isWanted: boolean,
  onFailed?: () => void,
): Module | null {
  const [module, setModule] = useState<Module | null>(null)
  const onFailedNow = useEffectEvent(() => onFailed?.())
  useEffect(() => {
    if (!isWanted || module) return
    let isGone = false
    function fetchModule(): void {
      load().then(
        (loaded) => {
          // Drawn in pieces, so that a key pressed meanwhile does not wait for it.
          if (!isGone) startTransition(() => setModule(() => loaded))
        },
        () => {
          // Offline, most likely: what it would have shown is missing, nothing else is.
          if (!isGone) onFailedNow()
        },
      )
    }
    fetchModule()
    window.addEventListener('online', fetchModule)
    return () => {
      isGone = true
      window.removeEventListener('online', fetchModule)
    }
  }, [load, isWanted, module])
  return module
}

let isAwake = false
/** Milliseconds after which the page is not waited for to be idle. */
const PATIENCE = 2_000
const signs = ['pointermove', 'pointerdown', 'keydown', 'focusin', 'scroll'] as const

/** False until the first sign of somebody in front of the page, and until that has been answered. */
export function useAwake(): boolean {
  return useSyncExternalStore(
    watchSigns,
    () => isAwake,
    () => false,
  )
}

function watchSigns(onChange: () => void): () => void {
  const stop = new AbortController()
  function wake(): void {
    stop.abort()
    // Evaluating what is fetched takes longer than a frame, so it does not begin between the first key and its letter.
    whenIdle(() => {
      isAwake = true
      onChange()
    })
  }
  for (const sign of signs) {
    document.addEventListener(sign, wake, { signal: stop.signal, passive: true })
  }
  return () => stop.abort()
}

function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: PATIENCE })
  else setTimeout(run, 200) // Safari has no such callback
}
