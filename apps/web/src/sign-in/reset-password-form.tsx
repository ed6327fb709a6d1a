'use client'
/** A new password, for whoever has the link from the mail. */

import { createTokenClient } from 'claimcheck/client'
import { useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkNewPassword } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { FocusedHeading } from '../session/focused-heading.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { type Outcome, readSecret, useSubmit } from '../session/use-submit.js'
import { Button, buttonLook } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'

export interface ResetPasswordFormProps {
  /** From the link; works once. */
  readonly token: string
}

const words = accountCopy.reset

export function ResetPasswordForm({ token }: ResetPasswordFormProps) {
  const [end, setEnd] = useState<'done' | 'bad link' | null>(null)
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const password = readSecret(values, 'password')
    return { errors: { password: checkNewPassword(password) }, send: () => reset(password) }
  })

  async function reset(newPassword: string): Promise<Outcome | null> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.resetPassword({ newPassword, token, fetchOptions }),
    )
    if (failed && failed.failure.code !== 'INVALID_TOKEN') return failed.outcome
    if (!failed) forgetTokens()
    setEnd(failed ? 'bad link' : 'done')
    return null
  }

  if (end === 'bad link') return <BadResetLink />
  if (end === 'done') return <Done />
  return (
    <>
      <h1 className="mb-2 font-semibold text-20">{words.title}</h1>
      <p className="mb-6 text-quiet">{words.lead}</p>
      <form {...form} className="space-y-5">
        <OutcomeNotice outcome={outcome} />
        <PasswordField
          id="password"
          name="password"
          label={words.password}
          autoComplete="new-password"
          personal={[]}
          error={errors.password}
        />
        <Button type="submit" tone="primary" busy={isBusy} className="w-full">
          {words.submit}
        </Button>
      </form>
    </>
  )
}

/** For a link that was used, is too old or incomplete. */
export function BadResetLink() {
  return (
    <div className="space-y-4">
      <FocusedHeading level={1}>{words.bad.title}</FocusedHeading>
      <p>{words.bad.text}</p>
      <a href="/forgot-password" className={buttonLook('primary')}>
        {words.bad.again}
      </a>
    </div>
  )
}

function Done() {
  return (
    <div className="space-y-4">
      <FocusedHeading level={1}>{words.done.title}</FocusedHeading>
      <p>{words.done.text}</p>
      <a href="/sign-in" className={buttonLook('primary')}>
        {words.done.signIn}
      </a>
    </div>
  )
}

/** This page holds no token, but other tabs of the browser may. */
function forgetTokens(): void {
  const tokens = createTokenClient({
    fetchToken: () => authClient.token(),
    origins: [window.location.origin],
  })
  tokens.clear()
  tokens.dispose()
}
