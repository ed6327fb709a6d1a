/** What came of a form, read out at once when it went wrong. */

import { Notice } from '../ui/notice.js'
import type { Outcome } from './use-submit.js'

export function OutcomeNotice({ outcome }: { readonly outcome: Outcome | null }) {
  if (!outcome) return null
  return (
    <Notice tone={outcome.tone} live={outcome.tone === 'bad' ? 'alert' : 'status'}>
      {outcome.text}
    </Notice>
  )
}
