'use client'
/**
 * Notices that the session of this page has ended, wherever that was done: while the page is in
 * front of somebody it holds a small request, and when it comes back from behind another it asks
 * before it shows anything.
 */

/** Whose session it is now: a user id, null for nobody, undefined when that could not be learned. */
export type Answer = string | null | undefined

export interface WatchedPage {
  isVisible(): boolean
  /** Tells when that changes; gives back how to stop. */
  onChange(listener: () => void): () => void
  /** Hides what the page shows, or shows it again. */
  veil(isVeiled: boolean): void
}

export interface SessionWatchOptions {
  readonly userId: string
  readonly page: WatchedPage
  /** Asks whose session it is; with `isHeld` the answer comes when the session ends, or after a while. */
  ask(isHeld: boolean, signal: AbortSignal): Promise<Answer>
  /** The session has ended, or is somebody else's: called for each change of that. */
  onChange(answer: string | null): void
}

/** Milliseconds between two requests: with it, an hour has 720 at most; held ones make it 361. */
const PAUSE = 5_010
/** Milliseconds behind other pages after which this one is not shown unasked. */
const AWAY = 3_000
/** Milliseconds until the answer that replaces a session has brought its cookie. */
const REPLACEMENT = 500
/** Milliseconds that a page which comes back waits for an answer; then it is shown, as without a connection. */
const PATIENCE = 1_500

export interface WatchedSession {
  /** Asks nothing until {@link WatchedSession.renew}: this page is about to end the session, or to replace it. */
  pause(): void
  /** The person has signed in again: asks at once, and takes the session for theirs until it hears otherwise. */
  renew(): void
  stop(): void
}

export function watchSession(options: SessionWatchOptions): WatchedSession {
  const { userId, page, ask, onChange } = options
  let known: string | null = userId
  let leave = new AbortController()
  let veilTimer: ReturnType<typeof setTimeout> | undefined
  let hiddenAt = 0
  let isPaused = false

  function take(answer: Answer): void {
    if (answer === undefined || answer === known) return
    known = answer
    onChange(answer)
  }

  async function follow(signal: AbortSignal): Promise<void> {
    let isHeld = false
    while (!signal.aborted) {
      const began = Date.now()
      let answer: Answer = await ask(isHeld, signal).catch(() => undefined)
      // The cookie may be another one by now, as after a changed password: only asked anew it is certain.
      if (isHeld && answer === null && !signal.aborted) {
        await sleep(REPLACEMENT, signal)
        answer = await ask(false, signal).catch(() => undefined)
      }
      if (signal.aborted) return
      take(answer)
      if (!isHeld) page.veil(false)
      const wasHeld = isHeld
      isHeld = typeof answer === 'string'
      // The first question is short, and the one that is held follows at once.
      if (wasHeld || !isHeld) await sleep(Math.max(0, began + PAUSE - Date.now()), signal)
    }
  }

  function update(): void {
    leave.abort()
    clearTimeout(veilTimer)
    if (isPaused) return
    if (!page.isVisible()) {
      hiddenAt = Date.now()
      veilTimer = setTimeout(() => page.veil(true), AWAY)
      return
    }
    leave = new AbortController()
    if (hiddenAt > 0 && Date.now() - hiddenAt >= AWAY) {
      page.veil(true)
      veilTimer = setTimeout(() => page.veil(false), PATIENCE)
    }
    hiddenAt = 0
    void follow(leave.signal)
  }

  const unsubscribe = page.onChange(update)
  update()
  return {
    pause() {
      isPaused = true
      update()
    },
    renew() {
      isPaused = false
      known = userId
      update()
    },
    stop() {
      unsubscribe()
      leave.abort()
      clearTimeout(veilTimer)
      page.veil(false)
    },
  }
}

/** The page as the browser has it; what is veiled is said by an attribute, and styles.css does the rest. */
export function watchDocument(): WatchedPage {
  return {
    isVisible: () => document.visibilityState === 'visible',
    onChange(listener) {
      const stop = new AbortController()
      document.addEventListener('visibilitychange', listener, { signal: stop.signal })
      window.addEventListener('pageshow', (event) => event.persisted && listener(), {
        signal: stop.signal,
      })
      return () => stop.abort()
    },
    veil: (isVeiled) => void document.documentElement.toggleAttribute('data-veiled', isVeiled),
  }
}

/** Asks this site. */
export async function askSite(isHeld: boolean, signal: AbortSignal): Promise<Answer> {
  if (!navigator.onLine) return undefined
  const response = await fetch(`/api/session${isHeld ? '?wait' : ''}`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    cache: 'no-store',
  })
  if (!response.ok) return undefined
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null || !('userId' in body)) return undefined
  return typeof body.userId === 'string' || body.userId === null ? body.userId : undefined
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds === 0) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
