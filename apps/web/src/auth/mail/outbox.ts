/** The mail of a trial: kept in memory and shown at /dev/mail instead of being sent. */

/** Why somebody is written to. */
export type MailKind = 'confirmation' | 'reset' | 'existing account' | 'new address' | 'notice'

/** One message, as it would have been sent. */
export interface Mail {
  readonly kind: MailKind
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface OutboxMail extends Mail {
  readonly id: string
  readonly at: Date
}

const MOST = 100
declare global {
  // Next.js loads a module once for each bundle it appears in, so what they share has to live on
  // the global object.
  var claimcheckOutbox: readonly OutboxMail[] | undefined
}

export function keepMail(mail: Mail): void {
  globalThis.claimcheckOutbox = [
    { ...mail, id: crypto.randomUUID(), at: new Date() },
    ...listMail(),
  ].slice(0, MOST)
}

/** The newest first. */
export function listMail(): readonly OutboxMail[] {
  return globalThis.claimcheckOutbox ?? []
}
