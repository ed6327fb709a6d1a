/** An account was deleted: every tab of this browser hears of it, and forgets what it keeps about the person. */

const name = 'claimcheck.account'

type Listener = (userId: string) => void

const listeners = new Set<Listener>()
// One for the page: what is said on a channel is heard on every other one, in the same page as well.
let channel: BroadcastChannel | null = null

/** Tells the other tabs, and forgets what this one keeps. */
export function announceDeletion(userId: string): void {
  forgetTypedText(userId)
  open()?.postMessage({ deleted: userId })
}

/** Calls `listener` when another tab deleted an account; gives back how to stop. */
export function onDeletion(listener: Listener): () => void {
  open()
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What was typed and not saved, as this tab keeps it: under names that end with the person's id. */
export function forgetTypedText(userId: string): void {
  try {
    for (const key of Object.keys(window.sessionStorage)) {
      if (key.endsWith(`.${userId}`)) window.sessionStorage.removeItem(key)
    }
  } catch {
    // A browser that refuses its storage has kept nothing.
  }
}

function open(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === 'undefined') return channel
  channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || !('deleted' in data)) return
    const userId = data.deleted
    if (typeof userId === 'string') for (const listener of listeners) listener(userId)
  }
  return channel
}
