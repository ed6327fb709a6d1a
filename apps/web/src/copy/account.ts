// Words of the account pages, and of the ways back to an account.

export const accountCopy = {
  page: {
    title: 'Your account',
    lead: (email: string) => `Signed in as ${email}`,
    back: 'Back to your tasks',
  },
  forgot: {
    link: 'Forgot your password?',
    title: 'Choose a new password',
    lead: 'Tell us the address you signed up with. We send a link to it, by which you can choose a new password.',
    submit: 'Send the link',
    back: 'Back to sign in',
    sent: {
      title: 'Look into your mail',
      text: (email: string) =>
        `If there is an account for ${email}, a link is on its way there. It works once, for one hour.`,
      missing: 'Nothing there after a few minutes? Look into the folder for junk mail.',
      again: 'Use another address',
      outbox: 'Open the outbox of this trial',
    },
  },
  reset: {
    title: 'Choose a new password',
    lead: 'Every device is signed out when you do, this one as well.',
    password: 'New password',
    submit: 'Keep this password',
    done: {
      title: 'Your new password is set',
      text: 'Every device was signed out and loses access within two seconds. Sign in with the new password.',
      signIn: 'Sign in',
    },
    bad: {
      title: 'This link does not work any more',
      text: 'It has been used, or is older than an hour. Your password is as it was.',
      again: 'Ask for a new link',
    },
  },
  verify: {
    title: 'Confirm your e-mail address',
    lead: 'We send you a message with a link. Open it, and the address is confirmed.',
    submit: 'Send the message',
    again: 'Send the message again',
    sent: (email: string) =>
      `If an account with ${email} waits for this, a message is on its way there. The link in it works for one hour.`,
    done: {
      title: 'Your address is confirmed',
      signedIn: 'You are signed in.',
      signedOut: 'Sign in to go on.',
      next: 'Go to your tasks',
      signIn: 'Sign in',
    },
    bad: {
      title: 'This link does not work any more',
      text: 'It is incomplete, or older than an hour. Nothing was changed; ask for a new message here.',
    },
    back: 'Back to sign in',
  },
} as const
