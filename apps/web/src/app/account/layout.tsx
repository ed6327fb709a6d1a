// Around the account pages: the way back to the tasks, and how the pages look.

import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { accountCopy } from '../../copy/account.js'
import { authCopy } from '../../copy/auth.js'
import { Logo } from '../../ui/logo.js'
import { Notice } from '../../ui/notice.js'
import { readTheme, themeCookie } from '../../ui/theme.js'
import { ThemeSwitch } from '../../ui/theme-switch.js'

export default async function AccountLayout({ children }: { readonly children: ReactNode }) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-[640px] flex-col px-4 py-6 sm:py-10">
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <a href="/" className="rounded-sm">
          <Logo />
        </a>
        <a href="/dashboard" className="rounded-sm text-quiet underline underline-offset-4">
          {accountCopy.page.back}
        </a>
      </header>
      <main className="my-8 sm:my-10">
        <noscript>
          <Notice tone="warn" className="mb-6">
            {authCopy.noScript}
          </Notice>
        </noscript>
        {children}
      </main>
      <footer className="mt-auto flex justify-center">
        <ThemeSwitch initial={theme} />
      </footer>
    </div>
  )
}
