/** Signing in. Somebody who is signed in already goes on at once; a stale cookie ends here. */

import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getAuth, getEnv } from '../../../auth/running.js'
import { authCopy } from '../../../copy/auth.js'
import { AddressLink } from '../../../session/address-link.js'
import { readNextPath } from '../../../session/next-path.js'
import { ScriptNote } from '../../../session/script-note.js'
import { SignInForm } from '../../../sign-in/sign-in-form.js'
import { trialPeople } from '../../../sign-in/trial.js'
import { Notice } from '../../../ui/notice.js'

const words = authCopy.signIn

export const metadata: Metadata = { title: words.title }

export interface SignInPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const parameters = await searchParams
  const next = readNextPath(parameters.next)
  const session = await getAuth().api.getSession({ headers: await headers() })
  if (session) redirect(next)
  const notice =
    ('deleted' in parameters && words.deleted) || ('signed-out' in parameters && words.signedOut)
  const isTrial = getEnv().public.trial
  const signUp = parameters.next ? `/sign-up?next=${encodeURIComponent(next)}` : '/sign-up'
  return (
    <>
      <h1 className="mb-6 font-semibold text-20">{words.title}</h1>
      <ScriptNote>{authCopy.noScript.signIn}</ScriptNote>
      {notice && (
        <Notice tone="good" live="status" className="mb-6">
          {notice}
        </Notice>
      )}
      <SignInForm next={next} people={isTrial ? trialPeople : []} />
      <p className="mt-6 text-quiet">
        {words.other} <AddressLink href={signUp}>{words.otherLink}</AddressLink>
      </p>
    </>
  )
}
