/** Around every page but the dashboard: the name above, the choice of appearance below. */

import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { classes } from './classes.js'
import { Logo } from './logo.js'
import { card } from './message-page.js'
import { readTheme, themeCookie } from './theme.js'
import { ThemeSwitch } from './theme-switch.js'

export interface PageFrameProps {
  /** One card in the middle, or a column of whatever the page has. */
  readonly shape: 'card' | 'column' | 'wide'
  readonly children: ReactNode
}

export async function PageFrame({ shape, children }: PageFrameProps) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <div className={classes('flex min-h-dvh flex-col px-4', shapes[shape].page)}>
      <header>
        <a href="/" className="rounded-sm">
          <Logo />
        </a>
      </header>
      <main id="content" className={shapes[shape].main}>
        {children}
      </main>
      <footer className="mt-auto flex justify-center print:hidden">
        <ThemeSwitch initial={theme} />
      </footer>
    </div>
  )
}

const shapes = {
  card,
  wide: { page: 'mx-auto w-full max-w-[960px] py-4 sm:py-6', main: 'my-4 sm:my-6' },
  column: { page: 'mx-auto w-full max-w-[640px] py-6 sm:py-10', main: 'my-8 sm:my-10' },
} as const
