'use client'
// An e-mail address, and always the same answer: it never tells whether there is an account.

import { useRef, useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button, buttonLook } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { Notice } from '../ui/notice.js'
import { Arrived } from './arrived.js'
import { checkEmail } from './check-values.js'
import { tryAuth } from './failure.js'

export interface ForgotPasswordFormProps {
  /** True where mail goes to the outbox of a trial. */
  readonly hasOutbox: boolean
}

const words = accountCopy.forgot

export function ForgotPasswordForm({ hasOutbox }: ForgotPasswordFormProps) {
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string>()
  const [failure, setFailure] = useState<string | null>(null)
  const [sentTo, setSentTo] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function send(email: string): Promise<void> {
    const wrong = checkEmail(email)
    setError(wrong)
    setFailure(null)
    if (wrong) return input.current?.focus()
    setBusy(true)
    const failed = await tryAuth((fetchOptions) =>
      authClient.requestPasswordReset({ email, redirectTo: '/reset-password', fetchOptions }),
    )
    setBusy(false)
    if (failed) setFailure(failed.sentence)
    else setSentTo(email)
  }

  if (sentTo) {
    return <Sent email={sentTo} hasOutbox={hasOutbox} onAgain={() => setSentTo(null)} />
  }
  return (
    <form
      noValidate
      method="post"
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        void send(String(new FormData(event.currentTarget).get('email')).trim())
      }}
    >
      <p className="text-quiet">{words.lead}</p>
      {failure && (
        <Notice tone="bad" live="alert">
          {failure}
        </Notice>
      )}
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
      <Button type="submit" tone="primary" busy={isBusy} className="w-full">
        {words.submit}
      </Button>
    </form>
  )
}

interface SentProps extends ForgotPasswordFormProps {
  readonly email: string
  onAgain(): void
}

function Sent({ email, hasOutbox, onAgain }: SentProps) {
  return (
    <div className="space-y-4">
      <Arrived level={2}>{words.sent.title}</Arrived>
      <p>{words.sent.text(email)}</p>
      <p className="text-quiet">{words.sent.missing}</p>
      <div className="flex flex-wrap gap-2">
        {hasOutbox && (
          <a href="/dev/mail" className={buttonLook()}>
            {words.sent.outbox}
          </a>
        )}
        <Button tone="quiet" onClick={onAgain}>
          {words.sent.again}
        </Button>
      </div>
    </div>
  )
}
