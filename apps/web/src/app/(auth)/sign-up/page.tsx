/** Making an account. */

import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getAuth } from '../../../auth/running.js'
import { authCopy } from '../../../copy/auth.js'
import { AddressLink } from '../../../session/address-link.js'
import { readNextPath, toSignIn } from '../../../session/next-path.js'
import { ScriptNote } from '../../../session/script-note.js'
import { SignUpForm } from '../../../sign-in/sign-up-form.js'

const words = authCopy.signUp

export const metadata: Metadata = { title: words.title }

export interface SignUpPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export default async function SignUpPage({ searchParams }: SignUpPageProps) {
  const next = readNextPath((await searchParams).next)
  const session = await getAuth().api.getSession({ headers: await headers() })
  if (session) redirect(next)
  return (
    <>
      <h1 className="mb-6 font-semibold text-20">{words.title}</h1>
      <ScriptNote>{authCopy.noScript.form}</ScriptNote>
      <SignUpForm next={next} />
      <p className="mt-6 text-quiet">
        {words.other} <AddressLink href={toSignIn(next)}>{words.otherLink}</AddressLink>
      </p>
    </>
  )
}
