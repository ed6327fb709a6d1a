'use client'
/** Hands the engine to the components. */

import { QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { createEngine, type Engine, type EngineOptions } from './engine.js'
import { startEngine } from './start-engine.js'

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
