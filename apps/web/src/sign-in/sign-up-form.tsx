'use client'
// A name, an e-mail address and a password: an account.

import { useRef, useState } from 'react'
import { authClient } from '../auth/client.js'
import { authCopy } from '../copy/auth.js'
import { Button, buttonLook } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { Notice } from '../ui/notice.js'
import { PasswordField } from '../ui/password-field.js'
import { Arrived } from './arrived.js'
import { tryAuth } from './failure.js'
import { SendConfirmation, toConfirmedPath } from './send-confirmation.js'

export interface SignUpFormProps {
  /** A path of this site. */
  readonly next: string
}

type Values = Readonly<Record<'name' | 'email' | 'password', string>>
type Errors = Partial<Values>

export function SignUpForm({ next }: SignUpFormProps) {
  const form = useRef<HTMLFormElement>(null)
  const [typed, setTyped] = useState({ name: '', email: '' })
  const [errors, setErrors] = useState<Errors>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [sentTo, setSentTo] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function signUp(values: Values): Promise<void> {
    const wrong = checkValues(values)
    setErrors(wrong)
    setFailure(null)
    const first = Object.keys(wrong)[0]
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
    setBusy(true)
    let isSignedIn = false
    const failed = await tryAuth(async (fetchOptions) => {
      const callbackURL = toConfirmedPath(next)
      const answer = await authClient.signUp.email({ ...values, callbackURL, fetchOptions })
      // Where the address has to be confirmed first, there is no session yet.
      isSignedIn = Boolean(answer.data?.token)
      return answer
    })
    if (!failed && isSignedIn) {
      window.location.assign(next)
      return
    }
    setBusy(false)
    if (failed) setFailure(failed.sentence)
    else setSentTo(values.email)
  }

  if (sentTo) return <CheckMail email={sentTo} next={next} />
  return (
    <form
      ref={form}
      noValidate
      method="post"
      className="space-y-5"
      onChange={(event) => {
        const name = event.target instanceof HTMLInputElement ? event.target.name : ''
        if (name in errors) setErrors({ ...errors, [name]: undefined })
      }}
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        const read = (name: string) => String(data.get(name))
        const values = { name: read('name').trim(), email: read('email').trim() }
        void signUp({ ...values, password: read('password') })
      }}
    >
      {failure && (
        <Notice tone="bad" live="alert">
          {failure}
        </Notice>
      )}
      <Field
        id="name"
        name="name"
        label={authCopy.fields.name}
        autoComplete="name"
        maxLength={100}
        error={errors.name}
        onChange={(event) => setTyped({ ...typed, name: event.currentTarget.value })}
      />
      <Field
        id="email"
        name="email"
        type="email"
        label={authCopy.fields.email}
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        error={errors.email}
        onChange={(event) => setTyped({ ...typed, email: event.currentTarget.value })}
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
      <Arrived level={2}>{words.title}</Arrived>
      <p>{words.text(email)}</p>
      <p className="text-quiet">{words.missing}</p>
      <SendConfirmation next={next} email={email} />
      <a href="/sign-in" className={buttonLook()}>
        {words.back}
      </a>
    </div>
  )
}

function checkValues({ name, email, password }: Values): Errors {
  return {
    ...(!name && { name: authCopy.missing.name }),
    ...(!email && { email: authCopy.missing.email }),
    ...(email && !/^\S+@\S+\.\S+$/.test(email) && { email: authCopy.errors.INVALID_EMAIL }),
    ...(!password && { password: authCopy.missing.newPassword }),
    ...(password && password.length < 8 && { password: authCopy.errors.PASSWORD_TOO_SHORT }),
  }
}
