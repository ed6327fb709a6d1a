/** What people are written. */
import type { Mail } from './outbox.js'

export function writeConfirmation(to: string, url: string): Mail {
  return {
    kind: 'confirmation',
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
    kind: 'reset',
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
    kind: 'existing account',
    to,
    subject: 'You already have an account',
    text: `Somebody, probably you, tried to sign up with this address, which already has an account.

Sign in here, or ask for a new password there:

${url}

If it was not you, nothing has changed and there is nothing to do.
`,
  }
}

export function writeNewAddress(to: string, url: string): Mail {
  return {
    kind: 'new address',
    to,
    subject: 'Confirm your new e-mail address',
    text: `Somebody, probably you, wants to use this address for an account at Claimcheck.

Open this address to confirm that this mailbox is yours.

${url}

It works for one hour. If it was not you, there is nothing to do.
`,
  }
}

/** @param isDone Whether the address was changed at once, as during a trial. */
export function writeAddressNotice(
  to: string,
  newAddress: string,
  { url, isDone }: { readonly url: string; readonly isDone: boolean },
): Mail {
  return {
    kind: 'notice',
    to,
    subject: isDone ? 'Your e-mail address was changed' : 'Your e-mail address is about to change',
    text: `Somebody, probably you, asked to use ${newAddress} for your account instead of this address.

${isDone ? 'It has been changed.' : 'It is changed once that mailbox is confirmed.'} If it was you, there is nothing to do here.

If it was not you, somebody knows your password: choose another one at once, which signs every other device out.

${url}
`,
  }
}
