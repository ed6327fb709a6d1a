/** What people are written. */
import type { Mail } from './outbox.js'

export function writeConfirmation(to: string, url: string): Mail {
  return {
    to,
    subject: 'Confirm your e-mail address',
    text: `Welcome to Claimcheck.

Open this address to confirm that this mailbox is yours. You are signed in then.

${url}

It works for one hour. If you did not sign up, there is nothing to do.
`,
  }
}

export function writePasswordReset(to: string, url: string): Mail {
  return {
    to,
    subject: 'Choose a new password',
    text: `Somebody, probably you, asked for a new password.

Open this address to choose one. Every device is signed out when you do.

${url}

It works once, for one hour. If it was not you, your password stays as it is and there is nothing to do.
`,
  }
}

export function writeExistingAccount(to: string, url: string): Mail {
  return {
    to,
    subject: 'You already have an account',
    text: `Somebody, probably you, tried to sign up with this address, which already has an account.

Sign in here, or ask for a new password there:

${url}

If it was not you, nothing has changed and there is nothing to do.
`,
  }
}
