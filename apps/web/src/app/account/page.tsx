// The account, one question per card.

import type { Metadata } from 'next'
import { readPerson } from '../../account/signed-in.js'
import { accountCopy } from '../../copy/account.js'

const words = accountCopy.page

export const metadata: Metadata = { title: words.title }

export default async function AccountPage() {
  const { user } = await readPerson('/account')
  return (
    <>
      <h1 className="font-semibold text-28">{words.title}</h1>
      <p className="mt-2 text-quiet">{words.lead(user.email)}</p>
    </>
  )
}
