/** What deleting the account does and when, then the password. */

import type { Metadata } from 'next'
import { DeleteForm } from '../../../account/delete-form.js'
import { getEnv } from '../../../auth/running.js'
import { accountCopy } from '../../../copy/account.js'
import { authCopy } from '../../../copy/auth.js'
import { ScriptNote } from '../../../session/script-note.js'
import { TokensProvider } from '../../../session/tokens-context.js'
import { readPerson } from '../../signed-in.js'

const words = accountCopy.remove.page

export const metadata: Metadata = { title: words.title }

export default async function DeleteAccountPage() {
  const { user } = await readPerson('/account/delete')
  return (
    <TokensProvider apiUrl={getEnv().public.apiUrl} userId={user.id}>
      <ScriptNote>{authCopy.noScript.form}</ScriptNote>
      <h1 className="font-semibold text-28">{words.title}</h1>
      <p className="mt-2 text-quiet">{words.lead(user.email)}</p>
      <dl className="mt-8 divide-y divide-line border-line border-y">
        {words.steps.map(({ when, what }) => (
          <div key={when} className="gap-4 py-4 sm:grid sm:grid-cols-[10rem_1fr]">
            <dt className="font-medium">{when}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-6 text-quiet">
        {words.export}{' '}
        <a href="/account#export" className="text-ink underline underline-offset-4">
          {words.exportLink}
        </a>
      </p>
      <DeleteForm userId={user.id} email={user.email} />
    </TokensProvider>
  )
}
