'use client'
// The session ended in the middle of something: asks for the password and goes on, with everything that was typed.

import { useState } from 'react'
import { tryAuth } from '../account/failure.js'
import { authClient } from '../auth/client.js'
import { authCopy } from '../copy/auth.js'
import { tasksCopy } from '../copy/tasks.js'
import { Button } from '../ui/button.js'
import { Dialog } from '../ui/dialog.js'
import { Notice } from '../ui/notice.js'
import { PasswordField } from '../ui/password-field.js'
import { useEngine } from './engine-context.js'

export interface SessionDialogProps {
  readonly open: boolean
  /** Whether something was typed or changed that is not saved. */
  readonly hasDraft: boolean
  onOpenChange(open: boolean): void
}

const words = tasksCopy.session

export function SessionDialog({ open, hasDraft, onOpenChange }: SessionDialogProps) {
  const { link, person } = useEngine()
  const [failure, setFailure] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)

  async function signIn(form: FormData): Promise<void> {
    const password = String(form.get('password') ?? '')
    if (!password) return setFailure(authCopy.missing.password)
    setBusy(true)
    const failed = await tryAuth((fetchOptions) =>
      authClient.signIn.email({ email: person.email, password, fetchOptions }),
    )
    setBusy(false)
    setFailure(failed?.sentence ?? null)
    if (!failed) link.signedIn()
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.title}
      description={hasDraft ? words.draft : words.plain}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          void signIn(new FormData(event.currentTarget))
        }}
      >
        {failure && (
          <Notice tone="bad" live="alert">
            {failure}
          </Notice>
        )}
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
