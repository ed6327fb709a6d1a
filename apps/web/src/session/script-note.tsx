/** For a browser without JavaScript: what does not work here. */

import type { ReactNode } from 'react'
import { Notice } from '../ui/notice.js'

export function ScriptNote({ children }: { readonly children: ReactNode }) {
  return (
    <noscript>
      <Notice tone="warn" className="my-6">
        {children}
      </Notice>
    </noscript>
  )
}
