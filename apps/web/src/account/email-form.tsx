'use client'
/** Another e-mail address, for the password. */

import { useRouter } from 'next/navigation'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkEmail, checkPassword } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { type Outcome, readSecret, readTyped, useSubmit } from '../session/use-submit.js'
import { Button } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { PasswordField } from '../ui/password-field.js'

export interface EmailFormProps {
  readonly email: string
  /** True where the new address counts only once a link sent to it was opened. */
  readonly needsConfirmation: boolean
}

const words = accountCopy.email

export function EmailForm({ email: current, needsConfirmation }: EmailFormProps) {
  const router = useRouter()
  const { form, errors, outcome, isBusy, reset } = useSubmit((values) => {
    const wanted = readTyped(values, 'email')
    const password = readSecret(values, 'email-password')
    const isSame = wanted.toLowerCase() === current.toLowerCase()
    return {
      errors: {
        email: isSame ? words.same : checkEmail(wanted),
        'email-password': checkPassword(password),
      },
      send: () => change(wanted, password),
    }
  })

  async function change(newEmail: string, password: string): Promise<Outcome> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.$fetch('/change-email', {
        method: 'POST',
        body: { newEmail, password, callbackURL: '/account?email=changed' },
        ...fetchOptions,
      }),
    )
    if (failed) return failed.outcome
    if (needsConfirmation) {
      reset()
      return { tone: 'good', text: words.sent(newEmail) }
    }
    return readChange(newEmail)
  }

  /** The answer is the same whether or not the address was free; the session says what became of it. */
  async function readChange(newEmail: string): Promise<Outcome> {
    const { data } = await authClient.getSession()
    if (data?.user.email !== newEmail.toLowerCase()) {
      return { tone: 'warn', text: words.taken(newEmail) }
    }
    reset()
    router.refresh()
    return { tone: 'good', text: words.done(newEmail) }
  }

  return (
    <form {...form} className="space-y-4">
      <OutcomeNotice outcome={outcome} />
      <Field
        id="email"
        name="email"
        type="email"
        label={words.label}
        autoComplete="email"
        autoCapitalize="off"
        spellCheck={false}
        error={errors.email}
      />
      <PasswordField
        id="email-password"
        name="email-password"
        label={words.password}
        autoComplete="current-password"
        error={errors['email-password']}
      />
      <Button type="submit" busy={isBusy}>
        {words.submit}
      </Button>
    </form>
  )
}
