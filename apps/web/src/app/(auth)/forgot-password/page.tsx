/** The way back for somebody who forgot the password. */

import type { Metadata } from 'next'
import { getEnv } from '../../../auth/running.js'
import { accountCopy } from '../../../copy/account.js'
import { ForgotPasswordForm } from '../../../sign-in/forgot-password-form.js'

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
