'use client'
/** A page that failed while it was made. What it failed with stays in the log; the page shows a reference to it. */

import { useEffect } from 'react'
import { siteCopy } from '../copy/site.js'
import { Button, buttonLook } from '../ui/button.js'
import { MessagePage } from '../ui/message-page.js'

const words = siteCopy.error

export interface ErrorPageProps {
  readonly error: Error & { readonly digest?: string }
}

export default function ErrorPage({ error }: ErrorPageProps) {
  useEffect(() => {
    document.title = `${words.title} · ${siteCopy.name}`
  }, [])
  return (
    <MessagePage
      title={words.title}
      actions={
        <>
          {/* From the server, where it failed: what Next.js hands over draws the same failure again. */}
          <Button tone="primary" onClick={() => window.location.reload()}>
            {words.again}
          </Button>
          <a href="/" className={buttonLook()}>
            {words.home}
          </a>
        </>
      }
    >
      <p>{words.text}</p>
      {error.digest && <p className="text-12">{words.reference(error.digest)}</p>}
    </MessagePage>
  )
}
