/** The moments at which a page learns that time went by without it. */

export interface PageWatcher {
  /** Shown or hidden. */
  readonly onWake: () => void
  /** Back from the browser's page cache, where no signal of another tab reached it. */
  readonly onRestore: () => void
}

/** Watches until the function it gives back is called. */
export function watchPage({ onWake, onRestore }: PageWatcher): () => void {
  const stop = new AbortController()
  const onPageShow = (event: Event) => (event as PageTransitionEvent).persisted && onRestore()
  // React Native has a window without a document and without events.
  globalThis.document?.addEventListener('visibilitychange', onWake, stop)
  window.addEventListener?.('pageshow', onPageShow, stop)
  return () => stop.abort()
}
