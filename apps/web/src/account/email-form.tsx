'use client'
// Another e-mail address, for the password.

import { useRouter } from 'next/navigation'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { PasswordField } from '../ui/password-field.js'
import { checkEmail } from './check-values.js'
import { tryAuth } from './failure.js'
import { OutcomeNotice } from './outcome-notice.js'
import { type Outcome, useSubmit } from './use-submit.js'

export interface EmailFormProps {
  readonly email: string
  /** True where the new address counts only once a link sent to it was opened. */
  readonly needsConfirmation: boolean
}

const words = accountCopy.email

export function EmailForm({ email: current, needsConfirmation }: EmailFormProps) {
  const router = useRouter()
  const { form, errors, outcome, isBusy, submit, forget } = useSubmit()

  async function change(newEmail: string, password: string): Promise<Outcome> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.$fetch('/change-email', {
        method: 'POST',
        body: { newEmail, password, callbackURL: '/account?email=changed' },
        ...fetchOptions,
      }),
    )
    if (failed) return { tone: 'bad', text: failed.sentence }
    if (needsConfirmation) {
      form.current?.reset()
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
    form.current?.reset()
    router.refresh()
    return { tone: 'good', text: words.done(newEmail) }
  }

  return (
    <form
      ref={form}
      noValidate
      method="post"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        const wanted = String(data.get('email')).trim()
        const password = String(data.get('email-password'))
        const isSame = wanted.toLowerCase() === current.toLowerCase()
        const wrong = {
          email: isSame ? words.same : checkEmail(wanted),
          'email-password': password ? undefined : authCopy.missing.password,
        }
        void submit(wrong, () => change(wanted, password))
      }}
    >
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
        onChange={() => forget('email')}
      />
      <PasswordField
        id="email-password"
        name="email-password"
        label={words.password}
        autoComplete="current-password"
        error={errors['email-password']}
        onChange={() => forget('email-password')}
      />
      <Button type="submit" busy={isBusy}>
        {words.submit}
      </Button>
    </form>
  )
}
