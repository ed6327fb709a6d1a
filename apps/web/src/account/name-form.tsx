'use client'
/** Another name. */

import { useRouter } from 'next/navigation'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { checkName } from '../session/check-values.js'
import { tryAuth } from '../session/failure.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import { type Outcome, readTyped, useSubmit } from '../session/use-submit.js'
import { Button } from '../ui/button.js'
import { Field } from '../ui/field.js'

const words = accountCopy.name

export function NameForm({ name: current }: { readonly name: string }) {
  const router = useRouter()
  const { form, errors, outcome, isBusy } = useSubmit((values) => {
    const name = readTyped(values, 'name')
    return { errors: { name: checkName(name) }, send: () => save(name) }
  })

  async function save(name: string): Promise<Outcome> {
    const failed = await tryAuth((fetchOptions) => authClient.updateUser({ name, fetchOptions }))
    if (failed) return failed.outcome
    router.refresh()
    return { tone: 'good', text: words.done }
  }

  return (
    <form {...form} className="space-y-4">
      <OutcomeNotice outcome={outcome} />
      <Field
        id="name"
        name="name"
        label={words.label}
        autoComplete="name"
        defaultValue={current}
        error={errors.name}
      />
      <Button type="submit" busy={isBusy}>
        {words.submit}
      </Button>
    </form>
  )
}
