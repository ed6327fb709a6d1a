'use client'
/**
 * What the engine does by itself while the page is open: it follows the connection, the session
 * and the other tabs.
 */

import { onDeletion } from '../../session/deletion.js'
import { deletedPath } from '../../session/next-path.js'
import { askSite, watchDocument, watchSession } from '../../session/watch-session.js'
import { dropTrash, listsKey, settleNewer } from './cache.js'
import { countsKey, takeCounts } from './counts.js'
import type { Engine } from './engine.js'
import type { TabMessage } from './tab-messages.js'

/** Listens to the browser, the issuer and the other tabs; gives back how to stop. */
export function startEngine(engine: Engine): () => void {
  const { person, client, connection, pendingChanges, emptying, drafts, tabs, tokens } = engine
  const stop = new AbortController()
  const { signal } = stop
  window.addEventListener('online', () => connection.setOnline(true), { signal })
  window.addEventListener('offline', () => connection.setOnline(false), { signal })
  const comeBack = () => {
    if (document.visibilityState !== 'visible') return
    // Somebody may have signed in again in another tab.
    void lookForSession(connection, tokens)
    void refetchOld(client)
  }
  window.addEventListener('focus', comeBack, { signal })
  document.addEventListener('visibilitychange', comeBack, { signal })
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (pendingChanges.isWaiting() && connection.state().kind !== 'up') event.preventDefault()
    },
    { signal },
  )
  const unsubscribe = tokens.on('signed-out', ({ reason }) => {
    // Somebody else's session: what is on the screen is not theirs.
    if (reason === 'replaced') window.location.assign('/dashboard')
    else if (reason !== 'cleared') connection.signedOut()
    // On the way to another page, with nothing left to be watched.
    else watch.stop()
  })
  const watch = watchSession({
    userId: person.id,
    page: watchDocument(),
    ask: askSite,
    onChange(userId) {
      if (userId === null) connection.signedOut()
      else if (userId === person.id) void lookForSession(connection, tokens)
      else window.location.assign('/dashboard')
    },
  })
  const stopTabs = tabs.listen((message) => hear(client, message))
  let isSignedOut = false
  const stopForgetting = connection.subscribe(() => {
    const wasSignedOut = isSignedOut
    isSignedOut = connection.state().kind === 'signed-out'
    if (isSignedOut && !wasSignedOut) forgetLists(engine)
    if (wasSignedOut && !isSignedOut) {
      watch.renew()
      emptying.resume()
    }
  })
  const stopDeletion = onDeletion((userId) => {
    if (userId !== person.id) return
    pendingChanges.clear()
    emptying.clear()
    drafts.clear()
    client.clear()
    // Not to be gone back to: what is on the screen is gone.
    window.location.replace(deletedPath)
  })
  pendingChanges.resume()
  emptying.resume()
  return () => {
    stop.abort()
    stopDeletion()
    watch.stop()
    stopTabs()
    stopForgetting()
    unsubscribe()
    tokens.dispose()
  }
}

/** Milliseconds after which somebody who comes back to the page may find it out of date. */
const OLD = 2_000

async function refetchOld(client: Engine['client']): Promise<void> {
  const refetch = (queryKey: readonly string[]) =>
    client.refetchQueries({
      queryKey,
      type: 'active',
      predicate: ({ state }) => Date.now() - state.dataUpdatedAt > OLD,
    })
  await Promise.all([refetch(listsKey), refetch(countsKey)])
}

/** What another tab was told is as if this one had been. */
function hear(client: Engine['client'], message: TabMessage): void {
  if (message.kind === 'task') void settleNewer(client, message.task)
  else if (message.kind === 'counts') takeCounts(client, message.today, message)
  else dropTrash(client, message.until)
}

/**
 * The session has ended: what the API told goes from the screen and from memory, and is fetched again for whoever signs
 * in. What was typed stays.
 */
function forgetLists({ client, toasts }: Engine): void {
  void client.resetQueries({ queryKey: listsKey })
  void client.resetQueries({ queryKey: countsKey })
  for (const { id, bad } of toasts.list()) if (!bad) toasts.close(id)
}

async function lookForSession(
  connection: Engine['connection'],
  tokens: Engine['tokens'],
): Promise<void> {
  if (connection.state().kind !== 'signed-out') return
  try {
    // The one that is held may be of the session that ended.
    await tokens.getToken({ fresh: true })
    connection.signedIn()
  } catch {
    // Still nobody, or nobody to ask: the page says so already.
  }
}
