/** Where the link in the mail leads: a new password, or why there can be none. */

import type { Metadata } from 'next'
import { accountCopy } from '../../../copy/account.js'
import { authCopy } from '../../../copy/auth.js'
import { ScriptNote } from '../../../session/script-note.js'
import { BadResetLink, ResetPasswordForm } from '../../../sign-in/reset-password-form.js'

export const metadata: Metadata = { title: accountCopy.reset.title, referrer: 'no-referrer' }

export interface ResetPasswordPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export default async function ResetPasswordPage({ searchParams }: ResetPasswordPageProps) {
  const { token, error } = await searchParams
  if (error !== undefined || typeof token !== 'string' || !token) return <BadResetLink />
  return (
    <>
      <ScriptNote>{authCopy.noScript.form}</ScriptNote>
      <ResetPasswordForm token={token} />
    </>
  )
}
