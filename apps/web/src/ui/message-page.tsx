/** A page that only says something, with the way on. */

import type { ReactNode } from 'react'
import { classes } from './classes.js'
import { Logo } from './logo.js'

export interface MessagePageProps {
  readonly title: string
  readonly children: ReactNode
  readonly actions: ReactNode
}

/** The look of a page that is one card in the middle. */
export const card = {
  page: 'items-center py-8 sm:py-16',
  main: 'my-8 w-full max-w-md rounded-md border border-line bg-card p-6 sm:p-8',
} as const

export function MessagePage({ title, children, actions }: MessagePageProps) {
  return (
    <div className={classes('flex min-h-dvh flex-col px-4', card.page)}>
      <header>
        <a href="/" className="rounded-sm">
          <Logo />
        </a>
      </header>
      <main className={card.main}>
        <h1 className="font-semibold text-20">{title}</h1>
        <div className="mt-3 space-y-2 text-quiet">{children}</div>
        <div className="mt-6 flex flex-wrap gap-2">{actions}</div>
      </main>
    </div>
  )
}
