/** Around the account pages: nothing here needs an account. */

import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PageFrame } from '../../ui/page-frame.js'

export const metadata: Metadata = { robots: { index: false } }

export default function AccountLayout({ children }: { readonly children: ReactNode }) {
  return <PageFrame shape="column">{children}</PageFrame>
}
