'use client'
/** Says when the page cannot reach the API, what that means for what was typed, and what can be done. */

import { useEffect, useState } from 'react'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { Notice } from '../ui/notice.js'
import type { ConnectionState } from './sync/connection.js'
import { useEngine } from './sync/engine-context.js'
import { useConnectionState, usePending } from './sync/use-stores.js'

const words = tasksCopy.connection

export function ConnectionBanner({ onSignIn }: { onSignIn(): void }) {
  const { connection } = useEngine()
  const state = useConnectionState()
  const pending = usePending().length
  return (
    <div role="status" className="empty:hidden">
      {state.kind !== 'up' && (
        <Notice
          tone={state.kind === 'offline' ? 'info' : 'warn'}
          className="mb-4 animate-arrive"
          actions={
            <>
              {state.kind === 'waiting' && (
                <Button size="small" onClick={() => connection.retry()}>
                  {words.retry}
                </Button>
              )}
              {state.kind === 'signed-out' && (
                <Button size="small" onClick={onSignIn}>
                  {words.signIn}
                </Button>
              )}
            </>
          }
        >
          <Sentences state={state} pending={pending} />
        </Notice>
      )}
    </div>
  )
}

interface SentencesProps {
  readonly state: ConnectionState
  readonly pending: number
}

function Sentences({ state, pending }: SentencesProps) {
  switch (state.kind) {
    case 'up':
      return null
    case 'offline':
      return `${words.offline} ${pending ? words.offlinePending(pending) : words.offlineSaved}`
    case 'signed-out':
      return `${words.signedOut} ${pending ? words.signedOutPending(pending) : words.signedOutKept}`
    case 'waiting':
      return (
        <>
          {words[state.reason]} {pending ? words.pending(pending) : words.kept}{' '}
          <Countdown until={state.retryAt} />
        </>
      )
  }
}

/** Hidden from screen readers, which would read every second aloud. */
function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.ceil((until - now) / 1000)
  return (
    <span aria-hidden="true" className="tabular-nums">
      {seconds > 0 ? words.retryIn(seconds) : words.retrying}
    </span>
  )
}
