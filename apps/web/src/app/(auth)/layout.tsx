/** One card on paper, the same for every page of signing up and in. */

import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PageFrame } from '../../ui/page-frame.js'

export const metadata: Metadata = { robots: { index: false } }

export default function AuthLayout({ children }: { readonly children: ReactNode }) {
  return <PageFrame shape="card">{children}</PageFrame>
}
