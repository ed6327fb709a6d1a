/** The way back for somebody who forgot the password. */

import type { Metadata } from 'next'
import { getEnv } from '../../../auth/running.js'
import { accountCopy } from '../../../copy/account.js'
import { authCopy } from '../../../copy/auth.js'
import { AddressLink } from '../../../session/address-link.js'
import { ScriptNote } from '../../../session/script-note.js'
import { ForgotPasswordForm } from '../../../sign-in/forgot-password-form.js'

const words = accountCopy.forgot

export const metadata: Metadata = { title: words.title }

export default function ForgotPasswordPage() {
  return (
    <>
      <h1 className="mb-6 font-semibold text-20">{words.title}</h1>
      <ScriptNote>{authCopy.noScript.form}</ScriptNote>
      <ForgotPasswordForm hasOutbox={getEnv().public.trial} />
      <p className="mt-6">
        <AddressLink href="/sign-in">{words.back}</AddressLink>
      </p>
    </>
  )
}
