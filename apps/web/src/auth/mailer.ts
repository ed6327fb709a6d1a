/**
 * Sends mail by SMTP in the background, or keeps it in the outbox during a trial. Nobody who asks
 * for a message waits for it: how long that took would tell whether one was sent.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import type { Env } from '../env.js'
import type { Background } from './background.js'
import type { AuthLogger } from './log.js'
import { keepMail, type Mail } from './outbox.js'

export interface Mailer {
  /** Takes a message. It is sent in the background, and tried again while the mail server is away. */
  post(mail: Mail): void
  /** Whether the mail server answers, asked only after it once did not. The same for every address. */
  isWorking(): Promise<boolean>
  /** Tries what still waits for another attempt at once, and for the last time. */
  hurry(): void
}

export interface MailerOptions {
  readonly background: Background
  readonly log: AuthLogger
  /** Resolves after some milliseconds, or as soon as the signal says so. Default: a timer. */
  readonly wait?: (delay: number, signal: AbortSignal) => Promise<void>
}

/** Milliseconds between attempts; a link in a message works for an hour. */
const delays = [5_000, 30_000, 120_000]
/** Milliseconds that somebody is made to wait to learn whether mail works again. */
const patience = 3_000
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** @param mail Null keeps every message in the outbox. */
export function createMailer(mail: Env['mail'], options: MailerOptions): Mailer {
  if (!mail) return { post: keepMail, isWorking: async () => true, hurry: () => undefined }
  const { background, log, wait = waitFor } = options
  const transport = createTransport({ url: mail.smtpUrl, ...timeouts })
  const ending = new AbortController()
  let hasFailed = false
  let question: Promise<boolean> | null = null

  async function send(message: Mail): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const isLast = ending.signal.aborted
      try {
        await transport.sendMail({ from: mail?.from, ...message })
        hasFailed = false
        return
      } catch (error) {
        const fault = readFault(error)
        hasFailed ||= fault === 'server'
        const delay = delays[attempt]
        if (fault === 'message' || delay === undefined || isLast) throw error
        log.log('warn', 'A message could not be sent and is tried again', error)
        await wait(delay, ending.signal)
      }
    }
  }

  async function ask(): Promise<boolean> {
    const asked = new AbortController()
    const answer = transport.verify().then(
      () => true,
      () => false,
    )
    const isWorking = await Promise.race([answer, wait(patience, asked.signal).then(() => false)])
    asked.abort()
    if (isWorking) hasFailed = false
    return isWorking
  }

  return {
    post: (message) => background.run('A message could not be sent', () => send(message)),
    async isWorking() {
      if (!hasFailed) return true
      question ??= ask().finally(() => {
        question = null
      })
      return question
    },
    hurry: () => ending.abort(),
  }
}

/** Whose fault it is: the server's, this message's for good, or this message's for now. */
function readFault(error: unknown): 'server' | 'message' | 'moment' {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return 'server'
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  // RFC 5321 §4.2.1: 4yz may be tried again, as greylisting wants it; 5yz may not.
  return status >= 400 && status < 500 ? 'moment' : 'message'
}

async function waitFor(delay: number, signal: AbortSignal): Promise<void> {
  // Ended early, the wait is over just the same.
  await sleep(delay, undefined, { signal }).catch(() => undefined)
}
