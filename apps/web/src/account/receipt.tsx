'use client'
/** What is left of an account: a stub, torn off along its dots. */

import { useSyncExternalStore } from 'react'
import { accountCopy } from '../copy/account.js'
import { FocusedHeading } from '../session/focused-heading.js'
import { buttonLook } from '../ui/button.js'
import { type KeptReceipt, readReceipt } from './kept-receipt.js'

export interface ReceiptProps {
  readonly timeZone: string
}

const words = accountCopy.remove.receipt
/** Milliseconds; how long the task service takes at most. */
const PURGE = 60_000

/** The receipt that this tab keeps; without one, only that there is none here. */
export function Receipt({ timeZone }: ReceiptProps) {
  const kept = useKeptReceipt()
  if (kept === undefined) return null
  return (
    <div className="mx-auto max-w-md">
      {kept ? <Stub receipt={kept} timeZone={timeZone} /> : <Nothing />}
      <p className="mt-6 text-center">
        <a href="/" className={buttonLook()}>
          {words.home}
        </a>
      </p>
    </div>
  )
}

function Stub({ receipt, timeZone }: { readonly receipt: KeptReceipt; readonly timeZone: string }) {
  const { email, deletedAt } = receipt
  return (
    <section
      aria-label={words.label}
      className="animate-arrive overflow-hidden rounded-md border border-line bg-card"
    >
      <div className="space-y-3 p-6">
        <FocusedHeading level={1}>{words.title}</FocusedHeading>
        <p>{words.text}</p>
      </div>
      <dl className="perforated grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 border-0 border-t-4 p-6 font-mono text-12 tabular-nums">
        <dt className="text-quiet">{words.account}</dt>
        <dd className="min-w-0 break-all text-right">{email}</dd>
        <dt className="text-quiet">{words.deleted}</dt>
        <dd className="text-right">
          <Moment value={new Date(deletedAt)} timeZone={timeZone} />
        </dd>
        <dt className="text-quiet">{words.tasks}</dt>
        <dd className="text-right">
          <Moment value={new Date(deletedAt + PURGE)} timeZone={timeZone} />
        </dd>
      </dl>
    </section>
  )
}

function Nothing() {
  return (
    <div className="space-y-3">
      <h1 className="font-semibold text-20">{words.none.title}</h1>
      <p>{words.none.text}</p>
    </div>
  )
}

function Moment({ value, timeZone }: { readonly value: Date; readonly timeZone: string }) {
  const text = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
  }).format(value)
  return <time dateTime={value.toISOString()}>{text}</time>
}

let read: KeptReceipt | null | undefined

/** Undefined on the server, which knows nothing of it. */
function useKeptReceipt(): KeptReceipt | null | undefined {
  return useSyncExternalStore(
    () => () => {},
    () => {
      // Read once for the page, because each reading is another object.
      if (read === undefined) read = readReceipt()
      return read
    },
    () => undefined,
  )
}
