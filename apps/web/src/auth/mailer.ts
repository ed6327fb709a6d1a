/** Sends mail by SMTP, or keeps it in the outbox during a trial. */
import { createTransport } from 'nodemailer'
import type { Env } from '../env.js'
import { keepMail, type Mail } from './outbox.js'

export type SendMail = (mail: Mail) => Promise<void>

/** @param mail Null keeps every message in the outbox. */
export function createMailer(mail: Env['mail']): SendMail {
  if (!mail) return async (message) => keepMail(message)
  const transport = createTransport(mail.smtpUrl)
  return async (message) => {
    await transport.sendMail({ from: mail.from, ...message })
  }
}
