/** Nothing at this address. */

import type { Metadata } from 'next'
import { siteCopy } from '../copy/site.js'
import { buttonLook } from '../ui/button.js'
import { MessagePage } from '../ui/message-page.js'

const words = siteCopy.notFound

export const metadata: Metadata = { title: words.title }

export default function NotFoundPage() {
  return (
    <MessagePage
      title={words.title}
      actions={
        <a href="/dashboard" className={buttonLook('primary')}>
          {words.back}
        </a>
      }
    >
      <p>{words.text}</p>
    </MessagePage>
  )
}
