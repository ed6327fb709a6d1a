'use client'
/**
 * Sends the message by which an address is confirmed, once more; the answer never tells whether there is an account.
 */

import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkEmail } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { type Outcome, readTyped, useSubmit } from '../session/use-submit.js'
import { Button } from '../ui/button.js'
import { AddressField } from './address-field.js'

/** Where the link in the message leads. */
export function toConfirmedPath(next: string): string {
  return `/verify-email?confirmed&next=${encodeURIComponent(next)}`
}

export interface SendConfirmationProps {
  /** A path of this site, for after the link. */
  readonly next: string
  /** The address, where the page knows it; asked for otherwise. */
  readonly email?: string
}

const words = accountCopy.verify

export function SendConfirmation({ next, email: given }: SendConfirmationProps) {
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const email = given ?? readTyped(values, 'email')
    return { errors: { email: checkEmail(email) }, send: () => send(email) }
  })

  async function send(email: string): Promise<Outcome> {
    const callbackURL = toConfirmedPath(next)
    const failed = await tryAuth((fetchOptions) =>
      authClient.sendVerificationEmail({ email, callbackURL, fetchOptions }),
    )
    return failed?.outcome ?? { tone: 'good', text: words.sent(email) }
  }

  return (
    <form {...form} className="space-y-5">
      <OutcomeNotice outcome={outcome} />
      {given === undefined && <AddressField error={errors.email} />}
      <Button
        type="submit"
        tone={given === undefined ? 'primary' : 'plain'}
        busy={isBusy}
        className={given === undefined ? 'w-full' : ''}
      >
        {given === undefined ? words.submit : words.again}
      </Button>
    </form>
  )
}
