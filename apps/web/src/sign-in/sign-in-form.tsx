'use client'
/** E-mail and password, and on to where somebody wanted to go. */

import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { AddressLink } from '../session/address-link.js'
import { checkPassword } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { readSecret, readTyped, type Submission, useSubmit } from '../session/use-submit.js'
import { Button } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'
import { AddressField } from './address-field.js'
import type { TrialPerson } from './trial.js'

export interface SignInFormProps {
  /** A path of this site. */
  readonly next: string
  /** Ready-made accounts, in a trial. */
  readonly people: readonly TrialPerson[]
}

export function SignInForm({ next, people }: SignInFormProps) {
  const { form, errors, outcome, isBusy, submit } = useSubmit((values) => {
    const email = readTyped(values, 'email')
    const password = readSecret(values, 'password')
    return {
      errors: {
        email: email ? undefined : authCopy.missing.email,
        password: checkPassword(password),
      },
      send: () => signIn(email, password),
    }
  })

  async function signIn(email: string, password: string): ReturnType<Submission['send']> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.signIn.email({ email, password, fetchOptions }),
    )
    if (failed) return failed.outcome
    // A whole new page: nothing of whoever was here before stays in memory.
    window.location.assign(next)
    return 'leaving'
  }

  return (
    <>
      <form {...form} className="space-y-5">
        <OutcomeNotice outcome={outcome} />
        <AddressField error={errors.email} />
        <PasswordField
          id="password"
          name="password"
          label={authCopy.fields.password}
          autoComplete="current-password"
          error={errors.password}
        />
        <p>
          <AddressLink href="/forgot-password" className="text-quiet underline underline-offset-4">
            {accountCopy.forgot.link}
          </AddressLink>
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
                onClick={() => void submit({ send: () => signIn(person.email, person.password) })}
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
