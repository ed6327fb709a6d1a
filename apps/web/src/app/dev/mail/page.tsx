/** The outbox of a trial: the mail that would have been sent. */

import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { listMail } from '../../../auth/mail/outbox.js'
import { maySeeOutbox } from '../../../auth/mail/outbox-access.js'
import { getAuth, getEnv } from '../../../auth/running.js'
import { outboxCopy } from '../../../copy/outbox.js'
import { Outbox } from '../../../sign-in/outbox.js'
import { readTimeZone, timeZoneCookie } from '../../../time/time-zone.js'
import { PageFrame } from '../../../ui/page-frame.js'

export const metadata: Metadata = { title: outboxCopy.title, robots: { index: false } }

export default async function MailPage() {
  const sent = await headers()
  if (!maySeeOutbox(getEnv(), sent.get('host'))) notFound()
  const session = await getAuth().api.getSession({ headers: sent })
  const timeZone = readTimeZone((await cookies()).get(timeZoneCookie)?.value)
  return (
    <PageFrame shape="column">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-2">
        <h1 className="font-semibold text-28">{outboxCopy.title}</h1>
        <a
          href={session ? '/dashboard' : '/sign-in'}
          className="rounded-sm text-quiet underline underline-offset-4"
        >
          {session ? outboxCopy.backToTasks : outboxCopy.backToSignIn}
        </a>
      </div>
      <p className="mt-2 text-quiet">{outboxCopy.lead}</p>
      <Outbox
        timeZone={timeZone}
        first={listMail().map(({ at, ...mail }) => ({ ...mail, at: at.toISOString() }))}
      />
    </PageFrame>
  )
}
