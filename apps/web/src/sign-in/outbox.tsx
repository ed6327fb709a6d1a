'use client'
/** The messages of a trial's outbox, the newest first, asked for again while somebody looks. */

import { useEffect, useState, useSyncExternalStore } from 'react'
import { outboxCopy as words } from '../copy/outbox.js'
import { Notice } from '../ui/notice.js'

export interface OutboxMessage {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface OutboxProps {
  /** As the server knows them. */
  readonly first: readonly OutboxMessage[]
  /** As far as the server knows it; the browser knows better. */
  readonly timeZone: string
}

/** Milliseconds. */
const PAUSE = 2_000

export function Outbox({ first, timeZone: firstZone }: OutboxProps) {
  const { messages, isAway } = useMessages(first)
  const timeZone = useSyncExternalStore(
    () => () => {},
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => firstZone,
  )
  return (
    <div className="mt-6 space-y-4">
      <p role="status" className={messages.length === 0 ? undefined : 'sr-only'}>
        {messages.length === 0 ? words.none : words.count(messages.length)}
      </p>
      {isAway && <Notice tone="warn">{words.away}</Notice>}
      <ol className="space-y-4">
        {messages.map((message) => (
          <li key={message.id}>
            <Message message={message} timeZone={timeZone} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function useMessages(first: readonly OutboxMessage[]) {
  const [messages, setMessages] = useState(first)
  const [isAway, setAway] = useState(false)
  useEffect(() => {
    const stop = new AbortController()
    async function look(): Promise<void> {
      if (document.visibilityState === 'hidden') return
      const newer = await fetchMessages(stop.signal)
      if (stop.signal.aborted) return
      setAway(newer === null)
      if (newer) setMessages(newer)
    }
    const timer = setInterval(() => void look(), PAUSE)
    document.addEventListener('visibilitychange', () => void look(), { signal: stop.signal })
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [])
  return { messages, isAway }
}

/** Null where there was no answer. */
async function fetchMessages(signal: AbortSignal): Promise<readonly OutboxMessage[] | null> {
  try {
    const answer = await fetch('/dev/mail/messages', { signal })
    return answer.ok ? (await answer.json()).messages : null
  } catch {
    return null
  }
}

interface MessageProps {
  readonly message: OutboxMessage
  readonly timeZone: string
}

function Message({ message: { at, to, subject, text }, timeZone }: MessageProps) {
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(
    new Date(at),
  )
  return (
    <article className="space-y-3 rounded-md border border-line bg-card p-4">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="font-medium text-16">{subject}</h2>
        <time dateTime={at} className="font-mono text-12 text-quiet tabular-nums">
          {time}
        </time>
        <p dir="auto" className="basis-full break-words text-quiet">
          {words.to} {to}
        </p>
      </header>
      <p className="whitespace-pre-wrap break-words">{linkAddresses(text)}</p>
    </article>
  )
}

function linkAddresses(text: string) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={part} className="break-all text-ink underline underline-offset-4">
        {part}
      </a>
    ),
  )
}
