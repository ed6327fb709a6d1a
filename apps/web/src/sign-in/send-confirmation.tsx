'use client'
// Sends the message by which an address is confirmed, once more; the answer never tells whether there is an account.

import { useRef, useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { Notice } from '../ui/notice.js'
import { checkEmail } from './check-values.js'
import { tryAuth } from './failure.js'

/** Where the link in the message leads. */
export function toConfirmedPath(next: string): string {
  return `/verify-email?confirmed&next=${encodeURIComponent(next)}`
}

export interface SendConfirmationProps {
  /** A path of this site, for after the link. */
  readonly next: string
  /** The address, where the page knows it; asked for otherwise. */
  readonly email?: string
}

const words = accountCopy.verify

export function SendConfirmation({ next, email: given }: SendConfirmationProps) {
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string>()
  const [failure, setFailure] = useState<string | null>(null)
  const [sentTo, setSentTo] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function send(email: string): Promise<void> {
    const wrong = checkEmail(email)
    setError(wrong)
    setFailure(null)
    setSentTo(null)
    if (wrong) return input.current?.focus()
    setBusy(true)
    const callbackURL = toConfirmedPath(next)
    const failed = await tryAuth((fetchOptions) =>
      authClient.sendVerificationEmail({ email, callbackURL, fetchOptions }),
    )
    setBusy(false)
    if (failed) setFailure(failed.sentence)
    else setSentTo(email)
  }

  return (
    <form
      noValidate
      method="post"
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        void send(given ?? String(data.get('email')).trim())
      }}
    >
      {failure && (
        <Notice tone="bad" live="alert">
          {failure}
        </Notice>
      )}
      {sentTo && (
        <Notice tone="good" live="status">
          {words.sent(sentTo)}
        </Notice>
      )}
      {given === undefined && (
        <Field
          ref={input}
          id="email"
          name="email"
          type="email"
          label={authCopy.fields.email}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          error={error}
          onChange={() => setError(undefined)}
        />
      )}
      <Button
        type="submit"
        tone={given === undefined ? 'primary' : 'plain'}
        busy={isBusy}
        className={given === undefined ? 'w-full' : ''}
      >
        {given === undefined ? words.submit : words.again}
      </Button>
    </form>
  )
}
