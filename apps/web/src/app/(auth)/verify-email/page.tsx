/** Where the link that confirms an address leads, and where another one can be asked for. */

import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { getAuth } from '../../../auth/running.js'
import { accountCopy } from '../../../copy/account.js'
import { authCopy } from '../../../copy/auth.js'
import { AddressLink } from '../../../session/address-link.js'
import { readNextPath, toSignIn } from '../../../session/next-path.js'
import { ScriptNote } from '../../../session/script-note.js'
import { SendConfirmation } from '../../../sign-in/send-confirmation.js'
import { buttonLook } from '../../../ui/button.js'

const words = accountCopy.verify

export const metadata: Metadata = { title: words.title }

export interface VerifyEmailPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export default async function VerifyEmailPage({ searchParams }: VerifyEmailPageProps) {
  const parameters = await searchParams
  const next = readNextPath(parameters.next)
  const isBad = 'error' in parameters
  if ('confirmed' in parameters && !isBad) return <Confirmed next={next} />
  return (
    <>
      <h1 className="mb-2 font-semibold text-20">{isBad ? words.bad.title : words.title}</h1>
      <p className="mb-6 text-quiet">{isBad ? words.bad.text : words.lead}</p>
      <ScriptNote>{authCopy.noScript.form}</ScriptNote>
      <SendConfirmation next={next} />
      <p className="mt-6">
        <AddressLink href={toSignIn(next)}>{words.back}</AddressLink>
      </p>
    </>
  )
}

/** A link that is opened a second time signs nobody in: the first one did. */
async function Confirmed({ next }: { readonly next: string }) {
  const session = await getAuth().api.getSession({ headers: await headers() })
  return (
    <div className="space-y-4">
      <h1 className="font-semibold text-20">{words.done.title}</h1>
      <p>{session ? words.done.signedIn : words.done.signedOut}</p>
      <a href={session ? next : toSignIn(next)} className={buttonLook('primary')}>
        {session ? words.done.next : words.done.signIn}
      </a>
    </div>
  )
}
