/** Around the inspector. */

import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PageFrame } from '../../ui/page-frame.js'

export const metadata: Metadata = { robots: { index: false } }

export default function InspectorLayout({ children }: { readonly children: ReactNode }) {
  return <PageFrame shape="wide">{children}</PageFrame>
}
