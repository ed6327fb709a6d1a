'use client'
/** An e-mail address, and always the same answer: it never tells whether there is an account. */

import { useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkEmail } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { FocusedHeading } from '../session/focused-heading.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { type Outcome, readTyped, useSubmit } from '../session/use-submit.js'
import { Button, buttonLook } from '../ui/button.js'
import { AddressField } from './address-field.js'

export interface ForgotPasswordFormProps {
  /** True where mail goes to the outbox of a trial. */
  readonly hasOutbox: boolean
}

const words = accountCopy.forgot

export function ForgotPasswordForm({ hasOutbox }: ForgotPasswordFormProps) {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const email = readTyped(values, 'email')
    return { errors: { email: checkEmail(email) }, send: () => send(email) }
  })

  async function send(email: string): Promise<Outcome | null> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.requestPasswordReset({ email, redirectTo: '/reset-password', fetchOptions }),
    )
    if (failed) return failed.outcome
    setSentTo(email)
    return null
  }

  if (sentTo) {
    return <Sent email={sentTo} hasOutbox={hasOutbox} onAgain={() => setSentTo(null)} />
  }
  return (
    <form {...form} className="space-y-5">
      <p className="text-quiet">{words.lead}</p>
      <OutcomeNotice outcome={outcome} />
      <AddressField error={errors.email} />
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
      <FocusedHeading level={2}>{words.sent.title}</FocusedHeading>
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
