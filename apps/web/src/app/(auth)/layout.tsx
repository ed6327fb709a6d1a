// One card on paper, the same for every page of signing up and in.

import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { authCopy } from '../../copy/auth.js'
import { Logo } from '../../ui/logo.js'
import { Notice } from '../../ui/notice.js'
import { readTheme, themeCookie } from '../../ui/theme.js'
import { ThemeSwitch } from '../../ui/theme-switch.js'

export default async function AuthLayout({ children }: { readonly children: ReactNode }) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 py-8 sm:py-16">
      <header>
        <a href="/" className="rounded-sm">
          <Logo />
        </a>
      </header>
      <main className="my-8 w-full max-w-md rounded-md border border-line bg-card p-6 sm:p-8">
        <noscript>
          <Notice tone="warn" className="mb-6">
            {authCopy.noScript}
          </Notice>
        </noscript>
        {children}
      </main>
      <footer className="mt-auto">
        <ThemeSwitch initial={theme} />
      </footer>
    </div>
  )
}
