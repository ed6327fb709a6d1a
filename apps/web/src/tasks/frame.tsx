'use client'
/** The dashboard's layout: a rail beside the column on wide screens; bars above and below it on phones. */

import type { ReactNode } from 'react'
import { siteCopy } from '../copy/site.js'
import { Logo } from '../ui/logo.js'
import type { Theme } from '../ui/theme.js'
import { AccountMenu } from './account-menu.js'
import type { ViewName } from './list-state/views.js'
import { ViewNav } from './view-nav.js'

export interface FrameProps {
  readonly view: ViewName
  readonly today: string
  readonly theme: Theme
  /** Whether the menu leads to the inspector. */
  readonly hasInspector: boolean
  /** Always in reach: above the list on wide screens, above the bottom bar on phones. */
  readonly quickAdd: ReactNode
  readonly head: ReactNode
  readonly children: ReactNode
  onGo(view: ViewName): void
  onHelp(): void
  onSignOut(): void
}

export function Frame({
  view,
  today,
  theme,
  quickAdd,
  head,
  children,
  onGo,
  ...account
}: FrameProps) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl">
      <a
        href="#content"
        className="absolute left-4 z-50 -translate-y-full rounded-md bg-card px-4 py-2 focus:translate-y-4"
      >
        {siteCopy.skip}
      </a>
      <header className="sticky top-0 z-30 hidden h-dvh w-56 shrink-0 flex-col gap-6 overflow-y-auto border-line border-r px-3 py-6 lg:flex print:hidden">
        <a href="/" className="self-start rounded-sm px-3">
          <Logo />
        </a>
        <ViewNav shape="rail" current={view} today={today} onGo={onGo} />
        <div className="mt-auto">
          <AccountMenu shape="rail" theme={theme} {...account} />
        </div>
      </header>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="mx-auto flex w-full max-w-[720px] items-center justify-between px-4 pt-3 lg:hidden print:hidden">
          <a href="/" className="rounded-sm">
            <Logo />
          </a>
          <AccountMenu shape="bar" theme={theme} {...account} />
        </header>
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[720px] flex-1 outline-none px-4 pt-4 pb-44 short:pb-6 lg:px-8 lg:pt-6 lg:pb-24 xl:px-0"
        >
          {head}
          <div className="fixed inset-x-0 bottom-14 z-20 bg-paper px-4 py-2 lg:sticky lg:top-0 lg:bottom-auto lg:mb-2 lg:px-0 lg:py-3 short:static short:px-0">
            <div className="mx-auto max-w-[688px] lg:max-w-none">{quickAdd}</div>
          </div>
          {children}
        </main>
        <div className="fixed inset-x-0 bottom-0 z-20 border-line border-t bg-paper lg:hidden short:static print:hidden">
          <ViewNav shape="bar" current={view} today={today} onGo={onGo} />
        </div>
      </div>
    </div>
  )
}
