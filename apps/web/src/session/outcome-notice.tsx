'use client'
/** What came of a form, read out at once when it went wrong. */

import { useEffect, useState } from 'react'
import { authCopy } from '../copy/auth.js'
import { Notice } from '../ui/notice.js'
import { AddressLink } from './address-link.js'
import type { Outcome } from './use-submit.js'

export function OutcomeNotice({ outcome }: { readonly outcome: Outcome | null }) {
  if (!outcome) return null
  const { tone, text, link, retryAt } = outcome
  if (retryAt !== undefined) return <Wait key={retryAt} text={text} until={retryAt} />
  return (
    <Notice tone={tone} live={tone === 'bad' ? 'alert' : 'status'}>
      {text}
      {link && (
        <>
          {' '}
          <AddressLink href={link.href}>{link.text}</AddressLink>
        </>
      )}
    </Notice>
  )
}

/**
 * Counts down for the eye. A screen reader hears the sentence once, and again when the wait is over: not every second.
 */
function Wait({ text, until }: { readonly text: string; readonly until: number }) {
  const seconds = useSecondsUntil(until)
  const isOver = seconds === 0
  return (
    <Notice tone={isOver ? 'info' : 'bad'}>
      <span role="alert" className="sr-only">
        {isOver ? authCopy.waitOver : text}
      </span>
      <span aria-hidden="true" className="tabular-nums">
        {isOver ? authCopy.waitOver : authCopy.wait(seconds)}
      </span>
    </Notice>
  )
}

/** Whole seconds until a time, in milliseconds since 1970; at least 0. */
function useSecondsUntil(until: number): number {
  const [now, setNow] = useState(Date.now)
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  useEffect(() => {
    if (seconds === 0) return
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [seconds])
  return seconds
}
