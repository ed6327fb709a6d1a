/** The outbox of a trial: the mail that would have been sent. */
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { listMail, type OutboxMail } from '../../../auth/mail/outbox.js'
import { maySeeOutbox } from '../../../auth/mail/outbox-access.js'
import { getEnv } from '../../../auth/running.js'

export const metadata: Metadata = { title: 'Mail outbox' }
export const dynamic = 'force-dynamic'

export default async function MailPage() {
  const host = (await headers()).get('host')
  if (!maySeeOutbox(getEnv(), host)) notFound()
  const mail = listMail()
  return (
    <main className="mx-auto flex w-full max-w-[720px] flex-col gap-6 px-4 py-10">
      <header className="flex flex-col gap-1">
        <h1 className="font-semibold text-20">Mail outbox</h1>
        <p className="text-14 text-quiet">
          This is a trial on one machine, so mail is kept here instead of being sent. Reload to see
          what came since.
        </p>
      </header>
      {mail.length === 0 ? (
        <p className="text-14">No mail yet. Ask for a new password, and it will be here.</p>
      ) : (
        <ol className="flex flex-col gap-4">
          {mail.map((message) => (
            <li key={message.id}>
              <Message message={message} />
            </li>
          ))}
        </ol>
      )}
    </main>
  )
}

function Message({ message }: { message: OutboxMail }) {
  return (
    <article className="flex flex-col gap-3 rounded-md border border-line bg-card p-4">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="font-medium text-16">{message.subject}</h2>
        <time
          dateTime={message.at.toISOString()}
          className="font-mono text-12 text-quiet tabular-nums"
        >
          {message.at.toISOString().slice(11, 19)} UTC
        </time>
        <p className="basis-full text-14 text-quiet">To {message.to}</p>
      </header>
      <p className="whitespace-pre-wrap break-words text-14">{linkAddresses(message.text)}</p>
    </article>
  )
}

function linkAddresses(text: string) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={part} className="text-accent underline underline-offset-2">
        {part}
      </a>
    ),
  )
}
