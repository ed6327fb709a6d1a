'use client'
/** Another password, for the current one. */

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkNewPassword, checkPassword } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { useSession } from '../session/tokens-context.js'
import { type Outcome, readSecret, useSubmit } from '../session/use-submit.js'
import { Button } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'

export interface PasswordFormProps {
  readonly name: string
  readonly email: string
}

const words = accountCopy.password

export function PasswordForm({ name, email }: PasswordFormProps) {
  const router = useRouter()
  const { tokens, whileEnding } = useSession()
  const [round, setRound] = useState(0)
  const { form, errors, outcome, isBusy, reset } = useSubmit((values) => {
    const current = readSecret(values, 'current-password')
    const next = readSecret(values, 'new-password')
    const isSame = current !== '' && next === current
    return {
      errors: {
        'current-password': checkPassword(current),
        'new-password': checkNewPassword(next) ?? (isSame ? words.same : undefined),
      },
      send: () =>
        whileEnding(
          () => change(current, next),
          () => false,
        ),
    }
  })

  async function change(current: string, next: string): Promise<Outcome> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.changePassword({
        currentPassword: current,
        newPassword: next,
        revokeOtherSessions: true,
        fetchOptions,
      }),
    )
    if (failed) return failed.outcome
    // The session is a new one: tokens of the old one are refused from now on.
    tokens.clear()
    reset()
    // A field that starts over judges nothing any more.
    setRound(round + 1)
    router.refresh()
    return { tone: 'good', text: words.done }
  }

  return (
    <form {...form} className="space-y-4">
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
        error={errors['current-password']}
      />
      <PasswordField
        key={round}
        id="new-password"
        name="new-password"
        label={words.next}
        autoComplete="new-password"
        personal={[name, email]}
        error={errors['new-password']}
      />
      <p className="text-quiet">{words.fact}</p>
      <Button type="submit" busy={isBusy}>
        {words.submit}
      </Button>
    </form>
  )
}
