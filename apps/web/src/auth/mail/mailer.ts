/**
 * Sends mail by SMTP in the background, or keeps it in the outbox during a trial. Nobody who asks
 * for a message waits for it: how long that took would tell whether one was sent.
 */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import type { Env } from '../../env.js'
import type { Limiter } from '../limits/limiter.js'
import { mailLimits } from '../limits/limits.js'
import type { AuthLogger } from '../log.js'
import type { Background } from './background.js'
import { keepMail, type Mail } from './outbox.js'

export interface Mailer {
  /** Takes a message. It is sent in the background, and tried again while the mail server is away. */
  post(mail: Mail): void
  /**
   * Whether the mail server answers. Found out by asking it, never by what becomes of a message:
   * a message is sent to some addresses only, and this must say the same to everybody.
   *
   * @returns What was last found out, while another look is taken in the background; after a
   * failure what is found now.
   */
  isWorking(): Promise<boolean>
  /** Tries what still waits for another attempt at once, and for the last time. */
  hurry(): void
}

export interface MailerOptions {
  readonly background: Background
  readonly log: AuthLogger
  /** Bounds how much one address is sent; null bounds nothing. */
  readonly limiter: Limiter | null
  /** Resolves after some milliseconds, or as soon as the signal says so. Default: a timer. */
  readonly wait?: (delay: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since some moment. Default: a clock that nobody sets. */
  readonly now?: () => number
}

/** Milliseconds between attempts; a link in a message works for an hour. */
const delays = [5_000, 30_000, 120_000]
/** Milliseconds that somebody is made to wait to learn whether mail works again. */
const PATIENCE = 3_000
/** Milliseconds at least between two looks at a mail server that works. */
const INTERVAL = 10_000
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** @param mail Null keeps every message in the outbox. */
export function createMailer(mail: Env['mail'], options: MailerOptions): Mailer {
  if (!mail) return { post: keepMail, isWorking: async () => true, hurry: () => undefined }
  const { background, log, limiter, wait = waitFor, now = () => performance.now() } = options
  const transport = createTransport({ url: mail.smtpUrl, ...timeouts })
  const ending = new AbortController()
  // Every message that waits listens to this one signal.
  setMaxListeners(0, ending.signal)
  let isDown = false
  let askedAt = Number.NEGATIVE_INFINITY
  let question: Promise<boolean> | null = null

  /** Whether an address has not had enough already, whoever asked for it. */
  async function mayHave({ to, kind }: Mail): Promise<boolean> {
    const address = to.trim().toLowerCase()
    if (!limiter) return true
    const ofKind = await limiter.consume(`mail ${kind} ${address}`, mailLimits.kind)
    if (!ofKind.allowed) return false
    return (await limiter.consume(`mail ${address}`, mailLimits.all)).allowed
  }

  async function send({ kind, ...message }: Mail): Promise<void> {
    if (!(await mayHave({ kind, ...message }))) {
      log.log('warn', `A message of kind ${kind} was left out: its address had enough of them`)
      return
    }
    for (let attempt = 0; ; attempt += 1) {
      const isLast = ending.signal.aborted
      try {
        await transport.sendMail({ from: mail?.from, ...message })
        return
      } catch (error) {
        const delay = delays[attempt]
        if (isRefused(error) || delay === undefined || isLast) throw error
        log.log('warn', 'A message could not be sent and is tried again', error)
        await wait(delay, ending.signal)
      }
    }
  }

  /** One question for everybody who wants to know at the same time. */
  function ask(): Promise<boolean> {
    question ??= verify().finally(() => {
      question = null
    })
    return question
  }

  async function verify(): Promise<boolean> {
    askedAt = now()
    try {
      await transport.verify()
      if (isDown) log.log('warn', 'The mail server answers again')
      isDown = false
    } catch (error) {
      if (!isDown) log.log('error', 'The mail server does not answer', error)
      isDown = true
    }
    return !isDown
  }

  return {
    post: (message) => background.run('A message could not be sent', () => send(message)),
    async isWorking() {
      if (!isDown) {
        if (now() - askedAt >= INTERVAL) void ask()
        return true
      }
      const answered = new AbortController()
      const isUp = await Promise.race([ask(), wait(PATIENCE, answered.signal).then(() => false)])
      answered.abort()
      return isUp
    },
    hurry: () => ending.abort(),
  }
}

/** True where no other attempt can help: it is this message that is refused, and for good. */
function isRefused(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
  // RFC 5321 §4.2.1: 4yz may be tried again, as greylisting wants it; 5yz may not.
  return status < 400 || status >= 500
}

async function waitFor(delay: number, signal: AbortSignal): Promise<void> {
  // Ended early, the wait is over just the same.
  await sleep(delay, undefined, { signal }).catch(() => undefined)
}
