'use client'
/** Deletes the account, for its password, and leaves a receipt. */

import { type ReactNode, useState } from 'react'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkPassword } from '../session/check-values.js'
import { announceDeletion } from '../session/deletion.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { useSession } from '../session/tokens-context.js'
import { type Outcome, readSecret, useSubmit } from '../session/use-submit.js'
import { Button, buttonLook } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'
import { Receipt } from './receipt.js'

export interface DeleteFormProps {
  readonly userId: string
  readonly email: string
  readonly timeZone: string
  /** What happens and when: shown until it has. */
  readonly children: ReactNode
}

const words = accountCopy.remove.page

export function DeleteForm({ userId, email, timeZone, children }: DeleteFormProps) {
  const { tokens, whileEnding } = useSession()
  const [deletedAt, setDeletedAt] = useState<Date | null>(null)
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const password = readSecret(values, 'password')
    return {
      errors: { password: checkPassword(password) },
      send: () =>
        whileEnding(
          () => remove(password),
          (failed) => failed === null,
        ),
    }
  })

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
      <form {...form} className="mt-8 space-y-4">
        <OutcomeNotice outcome={outcome} />
        <PasswordField
          id="password"
          name="password"
          label={words.password}
          autoComplete="current-password"
          error={errors.password}
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
