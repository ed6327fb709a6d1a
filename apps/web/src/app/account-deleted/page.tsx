/** After an account was deleted: the receipt, for whoever deleted it, through a reload as well. */

import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { Receipt } from '../../account/receipt.js'
import { accountCopy } from '../../copy/account.js'
import { readTimeZone, timeZoneCookie } from '../../time/time-zone.js'
import { PageFrame } from '../../ui/page-frame.js'

export const metadata: Metadata = {
  title: accountCopy.remove.receipt.title,
  robots: { index: false },
}

export default async function AccountDeletedPage() {
  const timeZone = readTimeZone((await cookies()).get(timeZoneCookie)?.value)
  return (
    <PageFrame shape="column">
      <Receipt timeZone={timeZone} />
    </PageFrame>
  )
}
