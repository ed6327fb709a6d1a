// Around the account pages, the receipt of a deleted account among them: nothing here needs one.

import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { authCopy } from '../../copy/auth.js'
import { Logo } from '../../ui/logo.js'
import { Notice } from '../../ui/notice.js'
import { readTheme, themeCookie } from '../../ui/theme.js'
import { ThemeSwitch } from '../../ui/theme-switch.js'

export default async function AccountLayout({ children }: { readonly children: ReactNode }) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-[640px] flex-col px-4 py-6 sm:py-10">
      <header>
        <a href="/" className="rounded-sm">
          <Logo />
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
