/**
 * The one gate between this page and the API. While the browser is offline, the API is away or nobody is signed in,
 * requests wait here instead of failing, and go on when the cause is gone. Nothing that waits is lost.
 */

import { createStore } from '../../ui/store.js'
import { UnavailableError } from '../api/failures.js'

export type ConnectionState =
  | { readonly kind: 'up' }
  | { readonly kind: 'offline' }
  | {
      readonly kind: 'waiting'
      readonly reason: UnavailableError['reason']
      /** When it is tried again, in the clock's milliseconds. */
      readonly retryAt: number
    }
  | { readonly kind: 'signed-out' }

export interface ConnectionOptions {
  /** False only when the browser is sure. */
  isOnline(): boolean
  /** Whether an error says that nobody is signed in. */
  isSignedOut(error: unknown): boolean
  /** Whether an error says that no token could be had for now. */
  isTokenUnavailable(error: unknown): boolean
  /** Milliseconds. */
  now(): number
  /** Calls `run` after `delay` milliseconds; gives back how to call it off. */
  after(delay: number, run: () => void): () => void
}

export interface Connection {
  state(): ConnectionState
  subscribe(listener: () => void): () => void
  /** Tries until there is an answer or a refusal; only `signal` ends the wait earlier. */
  run<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Ends a wait now. */
  retry(): void
  /** Somebody signed in again. */
  signedIn(): void
  /** The session ended, as heard from elsewhere. */
  signedOut(): void
  /** The browser noticed that it is, or is not, connected. */
  setOnline(online: boolean): void
}

/** Seconds between attempts, unless the API asks for more. */
const delays = [1, 2, 4, 8, 15, 30]

export function createConnection(options: ConnectionOptions): Connection {
  const state = createStore<ConnectionState>({ kind: options.isOnline() ? 'up' : 'offline' })
  let failures = 0
  let cancel = () => {}
  let gate = createGate(state.get().kind === 'up')

  function is(kind: ConnectionState['kind']): boolean {
    return state.get().kind === kind
  }

  function enter(next: ConnectionState, open: boolean): void {
    cancel()
    cancel = () => {}
    if (open) gate.open()
    else if (gate.isOpen()) gate = createGate(false)
    state.set(next)
  }

  function wait(error: UnavailableError): void {
    if (!options.isOnline()) {
      enter({ kind: 'offline' }, false)
      return
    }
    const seconds = Math.max(
      error.retryAfter ?? 0,
      delays[Math.min(failures, delays.length - 1)] ?? 0,
    )
    failures += 1
    enter({ kind: 'waiting', reason: error.reason, retryAt: options.now() + seconds * 1000 }, false)
    // The state stays, so that it is not said that all is well before it is.
    cancel = options.after(seconds * 1000, () => gate.open())
  }

  function fail(error: unknown): void {
    // Of several that fail together, the first decides; the others wait with it.
    if (!gate.isOpen()) return
    if (options.isSignedOut(error)) enter({ kind: 'signed-out' }, false)
    else if (error instanceof UnavailableError) wait(error)
    else wait(new UnavailableError('unreachable', null, { cause: error }))
  }

  function succeed(): void {
    failures = 0
    // An answer that was under way when the connection went says nothing of its being back.
    if (is('waiting') || (is('offline') && options.isOnline())) enter({ kind: 'up' }, true)
  }

  function isPassing(error: unknown): boolean {
    return (
      error instanceof UnavailableError ||
      options.isSignedOut(error) ||
      options.isTokenUnavailable(error)
    )
  }

  return {
    state: state.get,
    subscribe: state.subscribe,
    async run(attempt, signal) {
      for (;;) {
        await gate.passed(signal)
        const tried = gate
        try {
          const result = await attempt()
          succeed()
          return result
        } catch (error) {
          signal?.throwIfAborted()
          if (!isPassing(error)) {
            succeed()
            throw error
          }
          if (tried === gate) fail(error)
        }
      }
    },
    retry() {
      if (is('waiting')) gate.open()
    },
    signedIn() {
      if (is('signed-out')) enter({ kind: 'up' }, true)
    },
    signedOut() {
      if (!is('signed-out')) enter({ kind: 'signed-out' }, false)
    },
    setOnline(online) {
      if (is('signed-out')) return
      if (!online) enter({ kind: 'offline' }, false)
      else if (is('offline')) enter({ kind: 'up' }, true)
    },
  }
}

interface Gate {
  isOpen(): boolean
  open(): void
  passed(signal?: AbortSignal): Promise<void>
}

function createGate(openAtFirst: boolean): Gate {
  let isOpen = openAtFirst
  let open = () => {}
  const opened = isOpen
    ? Promise.resolve()
    : new Promise<void>((resolve) => {
        open = resolve
      })
  return {
    isOpen: () => isOpen,
    open() {
      isOpen = true
      open()
    },
    async passed(signal) {
      signal?.throwIfAborted()
      if (!signal) return opened
      await new Promise<void>((resolve, reject) => {
        const stop = () => reject(signal.reason)
        signal.addEventListener('abort', stop, { once: true })
        opened.then(() => {
          signal.removeEventListener('abort', stop)
          resolve()
        })
      })
    },
  }
}
