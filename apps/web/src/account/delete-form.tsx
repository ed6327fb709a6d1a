'use client'
// Deletes the account, for its password, and leaves a receipt.

import { type ReactNode, useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button, buttonLook } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'
import { announceDeletion } from './deletion.js'
import { tryAuth } from './failure.js'
import { OutcomeNotice } from './outcome-notice.js'
import { Receipt } from './receipt.js'
import { useTokens } from './tokens-context.js'
import { type Outcome, useSubmit } from './use-submit.js'

export interface DeleteFormProps {
  readonly userId: string
  readonly email: string
  readonly timeZone: string
  /** What happens and when: shown until it has. */
  readonly children: ReactNode
}

const words = accountCopy.remove.page

export function DeleteForm({ userId, email, timeZone, children }: DeleteFormProps) {
  const tokens = useTokens()
  const [deletedAt, setDeletedAt] = useState<Date | null>(null)
  const { form, errors, outcome, isBusy, submit, forget } = useSubmit()

  async function remove(password: string): Promise<Outcome | null> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.deleteUser({ password, fetchOptions }),
    )
    if (failed) return { tone: 'bad', text: failed.sentence }
    announceDeletion(userId)
    tokens.clear()
    setDeletedAt(new Date())
    return null
  }

  if (deletedAt) return <Receipt email={email} deletedAt={deletedAt} timeZone={timeZone} />
  return (
    <>
      {children}
      <form
        ref={form}
        noValidate
        method="post"
        className="mt-8 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          const password = String(new FormData(event.currentTarget).get('password'))
          const wrong = { password: password ? undefined : authCopy.missing.password }
          void submit(wrong, () => remove(password))
        }}
      >
        <OutcomeNotice outcome={outcome} />
        <PasswordField
          id="password"
          name="password"
          label={words.password}
          autoComplete="current-password"
          error={errors.password}
          onChange={() => forget('password')}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="danger" busy={isBusy}>
            {words.submit}
          </Button>
          <a href="/account" className={buttonLook('quiet')}>
            {words.cancel}
          </a>
        </div>
      </form>
    </>
  )
}
