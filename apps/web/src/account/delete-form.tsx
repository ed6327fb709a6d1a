'use client'
/** Deletes the account, for its password, and leads to the receipt. */

import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkPassword } from '../session/check-values.js'
import { announceDeletion } from '../session/deletion.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { useSession } from '../session/tokens-context.js'
import { readSecret, type Submission, useSubmit } from '../session/use-submit.js'
import { Button, buttonLook } from '../ui/button.js'
import { PasswordField } from '../ui/password-field.js'
import { keepReceipt, receiptPath } from './kept-receipt.js'

export interface DeleteFormProps {
  readonly userId: string
  readonly email: string
}

const words = accountCopy.remove.page

export function DeleteForm({ userId, email }: DeleteFormProps) {
  const { tokens, whileEnding } = useSession()
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const password = readSecret(values, 'password')
    return {
      errors: { password: checkPassword(password) },
      send: () =>
        whileEnding(
          () => remove(password),
          (result) => result === 'leaving',
        ),
    }
  })

  async function remove(password: string): ReturnType<Submission['send']> {
    const failed = await tryAuth((fetchOptions) =>
      authClient.deleteUser({ password, fetchOptions }),
    )
    if (failed) return failed.outcome
    announceDeletion(userId)
    tokens.clear()
    keepReceipt({ email, deletedAt: Date.now() })
    // Whoever goes back is not asked for a password that no account has.
    window.location.replace(receiptPath)
    return 'leaving'
  }

  return (
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
  )
}
