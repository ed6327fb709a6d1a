/** Around the account pages, the receipt of a deleted account among them: nothing here needs one. */

import type { ReactNode } from 'react'
import { PageFrame } from '../../ui/page-frame.js'

export default function AccountLayout({ children }: { readonly children: ReactNode }) {
  return <PageFrame shape="column">{children}</PageFrame>
}
