'use client'
// Another password, for the current one.

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'
import { checkNewPassword } from './check-values.js'
import { tryAuth } from './failure.js'
import { OutcomeNotice } from './outcome-notice.js'
import { useTokens } from './tokens-context.js'
import { type Outcome, useSubmit } from './use-submit.js'

export interface PasswordFormProps {
  readonly name: string
  readonly email: string
}

const words = accountCopy.password

export function PasswordForm({ name, email }: PasswordFormProps) {
  const router = useRouter()
  const tokens = useTokens()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [round, setRound] = useState(0)
  const { form, errors, outcome, isBusy, submit, forget } = useSubmit()

  async function change(): Promise<Outcome> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.changePassword({
        currentPassword: current,
        newPassword: next,
        revokeOtherSessions: true,
        fetchOptions,
      }),
    )
    if (failed) return { tone: 'bad', text: failed.sentence }
    // The session is a new one: tokens of the old one are refused from now on.
    tokens.clear()
    setCurrent('')
    setNext('')
    // A field that starts over judges nothing any more.
    setRound(round + 1)
    router.refresh()
    return { tone: 'good', text: words.done }
  }

  return (
    <form
      ref={form}
      noValidate
      method="post"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        const isSame = current !== '' && next === current
        const wrong = {
          'current-password': current ? undefined : authCopy.missing.password,
          'new-password': checkNewPassword(next) ?? (isSame ? words.same : undefined),
        }
        void submit(wrong, change)
      }}
    >
      <OutcomeNotice outcome={outcome} />
      {/* Tells a password manager whose password this is. */}
      <input
        type="text"
        name="username"
        autoComplete="username"
        value={email}
        readOnly
        tabIndex={-1}
        className="hidden"
      />
      <PasswordField
        id="current-password"
        name="current-password"
        label={words.current}
        autoComplete="current-password"
        value={current}
        error={errors['current-password']}
        onChange={(event) => {
          setCurrent(event.currentTarget.value)
          forget('current-password')
        }}
      />
      <PasswordField
        key={round}
        id="new-password"
        name="new-password"
        label={words.next}
        autoComplete="new-password"
        personal={[name, email]}
        value={next}
        error={errors['new-password']}
        onChange={(event) => {
          setNext(event.currentTarget.value)
          forget('new-password')
        }}
      />
      <p className="text-quiet">{words.fact}</p>
      <Button type="submit" busy={isBusy}>
        {words.submit}
      </Button>
    </form>
  )
}
