'use client'
// Another name.

import { useRouter } from 'next/navigation'
import { authClient } from '../auth/client.js'
import { accountCopy } from '../copy/account.js'
import { authCopy } from '../copy/auth.js'
import { Button } from '../ui/button.js'
import { Field } from '../ui/field.js'
import { tryAuth } from './failure.js'
import { OutcomeNotice } from './outcome-notice.js'
import { type Outcome, useSubmit } from './use-submit.js'

const words = accountCopy.name
const most = 100

export function NameForm({ name: current }: { readonly name: string }) {
  const router = useRouter()
  const { form, errors, outcome, isBusy, submit, forget } = useSubmit()

  async function save(name: string): Promise<Outcome> {
    const failed = await tryAuth((fetchOptions) => authClient.updateUser({ name, fetchOptions }))
    if (failed) return { tone: 'bad', text: failed.sentence }
    router.refresh()
    return { tone: 'good', text: words.done }
  }

  return (
    <form
      ref={form}
      noValidate
      method="post"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        const name = String(new FormData(event.currentTarget).get('name')).trim()
        void submit({ name: checkName(name) }, () => save(name))
      }}
    >
      <OutcomeNotice outcome={outcome} />
      <Field
        id="name"
        name="name"
        label={words.label}
        autoComplete="name"
        defaultValue={current}
        error={errors.name}
        onChange={() => forget('name')}
      />
      <Button type="submit" busy={isBusy}>
        {words.submit}
      </Button>
    </form>
  )
}

function checkName(name: string): string | undefined {
  if (!name) return authCopy.missing.name
  return name.length > most ? words.tooLong : undefined
}
