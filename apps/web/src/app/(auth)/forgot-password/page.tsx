// The way back for somebody who forgot the password.

import type { Metadata } from 'next'
import { ForgotPasswordForm } from '../../../account/forgot-password-form.js'
import { getEnv } from '../../../auth/server.js'
import { accountCopy } from '../../../copy/account.js'

const words = accountCopy.forgot

export const metadata: Metadata = { title: words.title }

export default function ForgotPasswordPage() {
  return (
    <>
      <h1 className="mb-6 font-semibold text-20">{words.title}</h1>
      <ForgotPasswordForm hasOutbox={getEnv().public.trial} />
      <p className="mt-6">
        <a href="/sign-in" className="text-ink underline underline-offset-4">
          {words.back}
        </a>
      </p>
    </>
  )
}
