/** One card on paper, the same for every page of signing up and in. */

import type { ReactNode } from 'react'
import { PageFrame } from '../../ui/page-frame.js'

export default function AuthLayout({ children }: { readonly children: ReactNode }) {
  return <PageFrame shape="card">{children}</PageFrame>
}
