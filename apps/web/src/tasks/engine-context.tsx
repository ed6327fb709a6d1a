'use client'
// Hands the engine to the components, and starts and stops what it does by itself.

import { QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { onDeletion } from '../account/deletion.js'
import { deletedPath } from '../account/next-path.js'
import { createEngine, type Engine, type EngineOptions } from './engine.js'

const EngineContext = createContext<Engine | null>(null)

export function EngineProvider({
  children,
  ...options
}: EngineOptions & { readonly children: ReactNode }) {
  const [engine] = useState(() => createEngine(options))
  useEffect(() => startEngine(engine), [engine])
  return (
    <EngineContext value={engine}>
      <QueryClientProvider client={engine.client}>{children}</QueryClientProvider>
    </EngineContext>
  )
}

export function useEngine(): Engine {
  const engine = useContext(EngineContext)
  if (!engine) throw new Error('useEngine needs an EngineProvider around it')
  return engine
}

function startEngine({ person, client, link, outbox, drafts, tokens }: Engine): () => void {
  const stop = new AbortController()
  const { signal } = stop
  window.addEventListener('online', () => link.setOnline(true), { signal })
  window.addEventListener('offline', () => link.setOnline(false), { signal })
  // Somebody may have signed in again in another tab.
  window.addEventListener('focus', () => void lookForSession(link, tokens), { signal })
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (outbox.isWaiting() && link.state().kind !== 'up') event.preventDefault()
    },
    { signal },
  )
  const unsubscribe = tokens.on('signed-out', ({ reason }) => {
    // Somebody else's session: what is on the screen is not theirs.
    if (reason === 'replaced') window.location.assign('/dashboard')
    else if (reason !== 'cleared') link.signedOut()
  })
  const stopDeletion = onDeletion((userId) => {
    if (userId !== person.id) return
    outbox.clear()
    drafts.clear()
    client.clear()
    // Not to be gone back to: what is on the screen is gone.
    window.location.replace(deletedPath)
  })
  outbox.resume()
  return () => {
    stop.abort()
    stopDeletion()
    unsubscribe()
    tokens.dispose()
  }
}

async function lookForSession(link: Engine['link'], tokens: Engine['tokens']): Promise<void> {
  if (link.state().kind !== 'signed-out') return
  try {
    await tokens.getToken()
    link.signedIn()
  } catch {
    // Still nobody, or nobody to ask: the page says so already.
  }
}
