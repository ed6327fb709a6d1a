'use client'
// The token client of the account pages: for the export, and to end what other tabs hold.

import { createTokenClient, type TokenClient } from 'claimcheck/client'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { authClient } from '../auth/client.js'
import { toSignIn } from './next-path.js'

const TokensContext = createContext<TokenClient | null>(null)

export interface TokensProviderProps {
  /** Origin of the task API. */
  readonly apiUrl: string
  readonly children: ReactNode
}

export function TokensProvider({ apiUrl, children }: TokensProviderProps) {
  const [tokens] = useState(() =>
    createTokenClient({ fetchToken: () => authClient.token(), origins: [apiUrl] }),
  )
  useEffect(() => {
    const unsubscribe = tokens.on('signed-out', ({ reason }) => {
      // Somebody signed out in another tab: what is on the screen is nobody's business any more.
      if (reason !== 'cleared') window.location.assign(toSignIn(window.location.pathname))
    })
    return () => {
      unsubscribe()
      tokens.dispose()
    }
  }, [tokens])
  return <TokensContext value={tokens}>{children}</TokensContext>
}

export function useTokens(): TokenClient {
  const tokens = useContext(TokensContext)
  if (!tokens) throw new Error('useTokens needs a TokensProvider around it')
  return tokens
}
