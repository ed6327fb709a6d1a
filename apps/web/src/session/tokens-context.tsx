'use client'
/**
 * Around the pages of one person: their token client, and the end of the page when their session ends, wherever that
 * was done.
 */

import { createTokenClient, type TokenClient } from 'claimcheck/client'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { authClient } from '../auth/client.js'
import { onDeletion } from './deletion.js'
import { deletedPath, toSignIn } from './next-path.js'
import { askSite, type WatchedSession, watchDocument, watchSession } from './watch-session.js'

export interface SessionOfPage {
  readonly tokens: TokenClient
  /** Runs what ends the session of this page on purpose, or replaces it, and says whether it is over. */
  whileEnding<Result>(
    work: () => Promise<Result>,
    isOver: (result: Result) => boolean,
  ): Promise<Result>
}

const SessionContext = createContext<SessionOfPage | null>(null)

export interface TokensProviderProps {
  /** Origin of the task API. */
  readonly apiUrl: string
  /** Whose account the page shows. */
  readonly userId: string
  readonly children: ReactNode
}

export function TokensProvider({ apiUrl, userId, children }: TokensProviderProps) {
  const [tokens] = useState(() =>
    createTokenClient({ fetchToken: () => authClient.token(), origins: [apiUrl] }),
  )
  const watched = useRef<WatchedSession>(null)
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    let isLeaving = false
    /** What is on the screen is nobody's business any more, also while the next page is on its way. */
    function leave(): void {
      if (isLeaving) return
      isLeaving = true
      setOver(true)
      window.location.assign(toSignIn(window.location.pathname))
    }
    const watch = watchSession({
      userId,
      page: watchDocument(),
      ask: askSite,
      onChange: leave,
    })
    watched.current = watch
    const stop = onDeletion((deleted) => {
      if (deleted !== userId) return
      isLeaving = true
      setOver(true)
      // Not to be gone back to: what is on the screen is gone.
      window.location.replace(deletedPath)
    })
    const unsubscribe = tokens.on('signed-out', ({ reason }) => {
      // Here it was ended or replaced on purpose, and the page knows how to go on.
      if (reason !== 'cleared') leave()
    })
    return () => {
      stop()
      watch.stop()
      unsubscribe()
      tokens.dispose()
    }
  }, [tokens, userId])
  const [session] = useState(
    (): SessionOfPage => ({
      tokens,
      async whileEnding(work, isOver) {
        watched.current?.pause()
        let result: Awaited<ReturnType<typeof work>> | undefined
        try {
          result = await work()
          return result
        } finally {
          if (result === undefined || !isOver(result)) watched.current?.renew()
        }
      },
    }),
  )
  return <SessionContext value={session}>{!isOver && children}</SessionContext>
}

export function useSession(): SessionOfPage {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a TokensProvider around it')
  return session
}

export function useTokens(): TokenClient {
  return useSession().tokens
}
