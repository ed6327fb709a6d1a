'use client'
// A new password, for whoever has the link from the mail.

import { createTokenClient } from 'claimcheck/client'
import { useRef, useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { Button, buttonLook } from '../ui/button.js'
import { Notice } from '../ui/notice.js'
import { PasswordField } from '../ui/password-field.js'
import { Arrived } from './arrived.js'
import { checkNewPassword } from './check-values.js'
import { tryAuth } from './failure.js'

export interface ResetPasswordFormProps {
  /** From the link; works once. */
  readonly token: string
}

type Outcome = 'done' | 'bad link'

const words = accountCopy.reset

export function ResetPasswordForm({ token }: ResetPasswordFormProps) {
  const form = useRef<HTMLFormElement>(null)
  const [error, setError] = useState<string>()
  const [failure, setFailure] = useState<string | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function reset(newPassword: string): Promise<void> {
    const wrong = checkNewPassword(newPassword)
    setError(wrong)
    setFailure(null)
    if (wrong) return form.current?.querySelector('input')?.focus()
    setBusy(true)
    const failed = await tryAuth((fetchOptions) =>
      authClient.resetPassword({ newPassword, token, fetchOptions }),
    )
    setBusy(false)
    if (failed?.failure.code === 'INVALID_TOKEN') return setOutcome('bad link')
    if (failed) return setFailure(failed.sentence)
    forgetTokens()
    setOutcome('done')
  }

  if (outcome === 'bad link') return <BadResetLink />
  if (outcome === 'done') return <Done />
  return (
    <>
      <h1 className="mb-2 font-semibold text-20">{words.title}</h1>
      <p className="mb-6 text-quiet">{words.lead}</p>
      <form
        ref={form}
        noValidate
        method="post"
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault()
          void reset(String(new FormData(event.currentTarget).get('password')))
        }}
      >
        {failure && (
          <Notice tone="bad" live="alert">
            {failure}
          </Notice>
        )}
        <PasswordField
          id="password"
          name="password"
          label={words.password}
          autoComplete="new-password"
          personal={[]}
          error={error}
          onChange={() => setError(undefined)}
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
      <Arrived level={1}>{words.bad.title}</Arrived>
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
      <Arrived level={1}>{words.done.title}</Arrived>
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
