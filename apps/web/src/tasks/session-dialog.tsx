'use client'
/** The session ended in the middle of something: asks for the password and goes on, with everything that was typed. */

import { authCopy } from '../copy/auth.js'
import { tasksCopy } from '../copy/tasks.js'
import { postAuth } from '../session/ask-auth.js'
import { checkPassword } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { type Outcome, readSecret, useSubmit } from '../session/use-submit.js'
import { Button } from '../ui/button.js'
import { Dialog } from '../ui/dialog.js'
import { PasswordField } from '../ui/password-field.js'
import { useEngine } from './sync/engine-context.js'

export interface SessionDialogProps {
  readonly open: boolean
  /** Whether something was typed or changed that is not saved. */
  readonly hasDraft: boolean
  onOpenChange(open: boolean): void
}

const words = tasksCopy.session

export function SessionDialog({ open, hasDraft, onOpenChange }: SessionDialogProps) {
  const { connection, person, tokens } = useEngine()
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const password = readSecret(values, 'password')
    return { errors: { password: checkPassword(password) }, send: () => signIn(password) }
  })

  async function signIn(password: string): Promise<Outcome | null> {
    const failed = await tryAuth((fetchOptions) =>
      postAuth('/sign-in/email', { email: person.email, password }, fetchOptions),
    )
    if (failed) return failed.outcome
    // The token that is held is of the session that ended; without another the requests get it themselves.
    await tokens.getToken({ fresh: true }).catch(() => null)
    connection.signedIn()
    return null
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.title}
      description={hasDraft ? words.draft : words.plain}
    >
      <form {...form} className="space-y-4">
        <OutcomeNotice outcome={outcome} />
        <p>{words.as(person.email)}</p>
        {/* Tells password managers whose password is asked for. */}
        <input
          type="email"
          name="email"
          value={person.email}
          autoComplete="username"
          readOnly
          hidden
        />
        <PasswordField
          id="session-password"
          name="password"
          label={authCopy.fields.password}
          autoComplete="current-password"
          error={errors.password}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="primary" busy={isBusy}>
            {words.submit}
          </Button>
          <Button onClick={() => onOpenChange(false)}>{words.later}</Button>
        </div>
        <p className="border-line border-t pt-4">
          <a href="/sign-in" className="text-quiet underline underline-offset-4 hover:text-ink">
            {words.other}
          </a>
        </p>
      </form>
    </Dialog>
  )
}
