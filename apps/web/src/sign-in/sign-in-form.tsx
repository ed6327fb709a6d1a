'use client'
// E-mail and password, and on to where somebody wanted to go.

import { useRef, useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { Notice } from '../ui/notice.js'
import { PasswordField } from '../ui/password-field.js'
import { tryAuth } from './failure.js'
import type { TrialPerson } from './trial.js'

export interface SignInFormProps {
  /** A path of this site. */
  readonly next: string
  /** Ready-made accounts, in a trial. */
  readonly people: readonly TrialPerson[]
}

interface Missing {
  readonly email?: string
  readonly password?: string
}

export function SignInForm({ next, people }: SignInFormProps) {
  const form = useRef<HTMLFormElement>(null)
  const [missing, setMissing] = useState<Missing>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function signIn(email: string, password: string): Promise<void> {
    const gaps: Missing = {
      ...(!email && { email: authCopy.missing.email }),
      ...(!password && { password: authCopy.missing.password }),
    }
    setMissing(gaps)
    setFailure(null)
    const first = Object.keys(gaps)[0]
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
    setBusy(true)
    const failed = await tryAuth((fetchOptions) =>
      authClient.signIn.email({ email, password, fetchOptions }),
    )
    if (failed) {
      setBusy(false)
      setFailure(failed.sentence)
      return
    }
    // A whole new page: nothing of whoever was here before stays in memory.
    window.location.assign(next)
  }

  return (
    <>
      <form
        ref={form}
        noValidate
        method="post"
        className="space-y-5"
        onChange={(event) => {
          const name = event.target instanceof HTMLInputElement ? event.target.name : ''
          if (name in missing) setMissing({ ...missing, [name]: undefined })
        }}
        onSubmit={(event) => {
          event.preventDefault()
          const data = new FormData(event.currentTarget)
          void signIn(String(data.get('email')).trim(), String(data.get('password')))
        }}
      >
        {failure && (
          <Notice tone="bad" live="alert">
            {failure}
          </Notice>
        )}
        <Field
          id="email"
          name="email"
          type="email"
          label={authCopy.fields.email}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          error={missing.email}
        />
        <PasswordField
          id="password"
          name="password"
          label={authCopy.fields.password}
          autoComplete="current-password"
          error={missing.password}
        />
        <p>
          <a href="/forgot-password" className="text-quiet underline underline-offset-4">
            {accountCopy.forgot.link}
          </a>
        </p>
        <Button type="submit" tone="primary" busy={isBusy} className="w-full">
          {authCopy.signIn.submit}
        </Button>
      </form>
      {people.length > 0 && (
        <aside className="mt-6 border-line border-t pt-5 text-quiet">
          <h2 className="font-medium text-ink">{authCopy.trial.title}</h2>
          <p>{authCopy.trial.text}</p>
          <div className="mt-3 flex flex-wrap gap-2">
            {people.map((person) => (
              <Button
                key={person.email}
                size="small"
                onClick={() => void signIn(person.email, person.password)}
              >
                {authCopy.trial.use(person.name)}
              </Button>
            ))}
          </div>
        </aside>
      )}
    </>
  )
}
