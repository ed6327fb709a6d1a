'use client'
/** The token client of the account pages: for the export, and to end what other tabs hold. */

import { createTokenClient, type TokenClient } from 'claimcheck/client'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { authClient } from '../auth/client.js'
import { onDeletion } from './deletion.js'
import { deletedPath, toSignIn } from './next-path.js'

const TokensContext = createContext<TokenClient | null>(null)

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
  useEffect(() => {
    let isLeaving = false
    const stop = onDeletion((deleted) => {
      if (deleted !== userId) return
      isLeaving = true
      // Not to be gone back to: what is on the screen is gone.
      window.location.replace(deletedPath)
    })
    const unsubscribe = tokens.on('signed-out', ({ reason }) => {
      // Somebody signed out in another tab: what is on the screen is nobody's business any more.
      if (reason !== 'cleared' && !isLeaving)
        window.location.assign(toSignIn(window.location.pathname))
    })
    return () => {
      stop()
      unsubscribe()
      tokens.dispose()
    }
  }, [tokens, userId])
  return <TokensContext value={tokens}>{children}</TokensContext>
}

export function useTokens(): TokenClient {
  const tokens = useContext(TokensContext)
  if (!tokens) throw new Error('useTokens needs a TokensProvider around it')
  return tokens
}
