/** A page that only says something, with the way on. */

import type { ReactNode } from 'react'
import { Logo } from './logo.js'

export interface MessagePageProps {
  readonly title: string
  readonly children: ReactNode
  readonly actions: ReactNode
}

export function MessagePage({ title, children, actions }: MessagePageProps) {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 py-8 sm:py-16">
      <header>
        <a href="/" className="rounded-sm">
          <Logo />
        </a>
      </header>
      <main className="my-auto w-full max-w-md py-8">
        <h1 className="font-semibold text-20">{title}</h1>
        <div className="mt-3 space-y-2 text-quiet">{children}</div>
        <div className="mt-6 flex flex-wrap gap-2">{actions}</div>
      </main>
    </div>
  )
}
