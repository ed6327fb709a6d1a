/** The document around every page: fonts, colours as chosen, and the policy's nonce. */

import './styles.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { getEnv } from '../auth/running.js'
import { siteCopy } from '../copy/site.js'
import { paperColours } from '../home/paper.js'
import { DeletionWatch } from '../session/deletion-watch.js'
import { TimeZoneNote } from '../time/time-zone-note.js'
import { readTheme, themeCookie } from '../ui/theme.js'

export function generateMetadata(): Metadata {
  const { name } = siteCopy
  return {
    // Read for the request: one build serves every address.
    metadataBase: new URL(getEnv().public.appUrl),
    title: { default: name, template: `%s · ${name}` },
  }
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  // A keyboard on the screen makes the page lower, and does not cover what floats.
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: paperColours.light },
    { media: '(prefers-color-scheme: dark)', color: paperColours.dark },
  ],
}

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // Every page is rendered for its request: a page made at build time has no nonce, and none of its scripts would run.
  await connection()
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      data-theme={theme === 'system' ? undefined : theme}
      // The switch changes the attribute in place.
      suppressHydrationWarning
    >
      <body>
        <CSPProvider disableStyleElements>{children}</CSPProvider>
        <TimeZoneNote />
        <DeletionWatch />
      </body>
    </html>
  )
}
