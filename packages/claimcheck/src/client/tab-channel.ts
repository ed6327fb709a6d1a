/** Tells the other tabs that somebody signed out. Carries that signal and nothing else, least of all a token. */

export interface TabChannel {
  sayCleared(): void
  close(): void
}

const CLEARED = 'cleared'

/**
 * Opens the channel `name`, and calls `onCleared` when another tab speaks. Where there is no such channel, or it
 * fails, tabs find out from the API and the issuer: nothing here may throw.
 */
export function openTabChannel(name: string, onCleared: () => void): TabChannel {
  let channel: BroadcastChannel | undefined
  try {
    channel = new BroadcastChannel(name)
    channel.onmessage = (event) => {
      if (event.data === CLEARED) onCleared()
    }
  } catch {
    // No such thing here, or not for this document.
  }
  return {
    sayCleared() {
      try {
        channel?.postMessage(CLEARED)
      } catch {
        // The browser closed it behind our back.
      }
    },
    close: () => channel?.close(),
  }
}
