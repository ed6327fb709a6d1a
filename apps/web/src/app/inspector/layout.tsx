/** Around the inspector. */

import type { ReactNode } from 'react'
import { PageFrame } from '../../ui/page-frame.js'

export default function InspectorLayout({ children }: { readonly children: ReactNode }) {
  return <PageFrame shape="wide">{children}</PageFrame>
}
