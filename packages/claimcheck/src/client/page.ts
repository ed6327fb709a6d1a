/** The moments at which a page learns that time went by without it. */

export interface PageWatcher {
  /** Seen again, or back online. */
  readonly onWake: () => void
  /** Back from the browser's page cache, where no signal of another tab reached it. */
  readonly onRestore: () => void
}

/** Watches until the function it gives back is called. */
export function watchPage({ onWake, onRestore }: PageWatcher): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const onPageShow = (event: Event) => {
    if ((event as PageTransitionEvent).persisted) onRestore()
  }
  // React Native has a window without a document and without events.
  globalThis.document?.addEventListener('visibilitychange', onWake, { signal })
  window.addEventListener?.('online', onWake, { signal })
  window.addEventListener?.('pageshow', onPageShow, { signal })
  return () => stop.abort()
}
