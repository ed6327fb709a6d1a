'use client'
/** A name, an e-mail address and a password: an account. */

import { useState } from 'react'
import { authClient } from '../auth/client.js'
import { authCopy } from '../copy/auth.js'
import { checkEmail, checkName, checkNewPassword } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { FocusedHeading } from '../session/focused-heading.js'
import { toSignIn } from '../session/next-path.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { readSecret, readTyped, type Submission, useSubmit } from '../session/use-submit.js'
import { Button, buttonLook } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { PasswordField } from '../ui/password-field.js'
import { AddressField } from './address-field.js'
import { SendConfirmation, toConfirmedPath } from './send-confirmation.js'

export interface SignUpFormProps {
  /** A path of this site. */
  readonly next: string
}

type Values = Readonly<Record<'name' | 'email' | 'password', string>>

export function SignUpForm({ next }: SignUpFormProps) {
  const [typed, setTyped] = useState({ name: '', email: '' })
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { form, errors, outcome, isBusy } = useSubmit((given) => {
    const name = readTyped(given, 'name')
    const email = readTyped(given, 'email')
    const password = readSecret(given, 'password')
    return {
      errors: {
        name: checkName(name),
        email: checkEmail(email),
        password: checkNewPassword(password),
      },
      send: () => signUp({ name, email, password }),
    }
  })

  async function signUp(values: Values): ReturnType<Submission['send']> {
    let isSignedIn = false
    const failed = await tryAuth(async (fetchOptions) => {
      const callbackURL = toConfirmedPath(next)
      const answer = await authClient.signUp.email({ ...values, callbackURL, fetchOptions })
      // Where the address has to be confirmed first, there is no session yet.
      isSignedIn = Boolean(answer.data?.token)
      return answer
    })
    if (failed) {
      const isKnown = failed.failure.code?.startsWith('USER_ALREADY_EXISTS')
      const link = { href: toSignIn(next), text: authCopy.signUp.instead }
      return { ...failed.outcome, ...(isKnown && { link }) }
    }
    if (isSignedIn) {
      window.location.assign(next)
      return 'leaving'
    }
    setSentTo(values.email)
    return null
  }

  if (sentTo) return <CheckMail email={sentTo} next={next} />
  return (
    <form {...form} className="space-y-5">
      <OutcomeNotice outcome={outcome} />
      <Field
        id="name"
        name="name"
        label={authCopy.fields.name}
        autoComplete="name"
        error={errors.name}
        onChange={({ currentTarget: { value: name } }) =>
          setTyped((before) => ({ ...before, name }))
        }
      />
      <AddressField
        error={errors.email}
        onTyped={(email) => setTyped((before) => ({ ...before, email }))}
      />
      <PasswordField
        id="password"
        name="password"
        label={authCopy.fields.password}
        autoComplete="new-password"
        personal={[typed.name, typed.email]}
        error={errors.password}
      />
      <Button type="submit" tone="primary" busy={isBusy} className="w-full">
        {authCopy.signUp.submit}
      </Button>
    </form>
  )
}

function CheckMail({ email, next }: { readonly email: string; readonly next: string }) {
  const words = authCopy.signUp.check
  return (
    <div className="space-y-4">
      <FocusedHeading level={2}>{words.title}</FocusedHeading>
      <p>{words.text(email)}</p>
      <p className="text-quiet">{words.missing}</p>
      <SendConfirmation next={next} email={email} />
      <a href="/sign-in" className={buttonLook()}>
        {words.back}
      </a>
    </div>
  )
}
