/** What the client tells the page about: that it was renewed, cannot be renewed for now, or has ended. */

import type { SignedOutReason, TokenUnavailableError } from './client-errors.js'

/** The events of a token client, and what each carries. Never a token. */
export interface TokenEvents {
  /** The session ended. Said once, until there is a token again. */
  'signed-out': { readonly reason: SignedOutReason }
  /** A token arrived that lives for `lifetime` milliseconds. */
  refreshed: { readonly lifetime: number }
  /** No token could be had. One that is still valid stays in use, and the session stays. */
  unavailable: { readonly error: TokenUnavailableError }
}

export type TokenListener<Name extends keyof TokenEvents> = (event: TokenEvents[Name]) => void

export interface Emitter {
  on<Name extends keyof TokenEvents>(name: Name, listener: TokenListener<Name>): () => void
  emit<Name extends keyof TokenEvents>(name: Name, event: TokenEvents[Name]): void
  clear(): void
}

export function createEmitter(): Emitter {
  const listeners = new Set<readonly [name: string, listener: (event: never) => void]>()
  return {
    on(name, listener) {
      const entry = [name, listener] as const
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
    emit(name, event) {
      for (const [wanted, listener] of listeners) {
        // In a turn of its own: a listener may call the client, and its mistakes cost nobody a session.
        if (wanted === name) queueMicrotask(() => listener(event as never)) // stored under the name it is for
      }
    },
    clear: () => listeners.clear(),
  }
}
