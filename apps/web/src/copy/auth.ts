/** Words of signing up, in and out. */

export const authCopy = {
  fields: {
    name: 'Name',
    email: 'E-mail',
    password: 'Password',
    show: 'Show password',
    hide: 'Hide password',
    passwordHint: 'At least 8 characters. A few unrelated words are easy to keep in mind.',
  },
  strength: {
    short: 'Too short: at least 8 characters',
    weak: 'Easy to guess',
    fair: 'Fair; longer is better',
    strong: 'Hard to guess',
  },
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    other: 'No account yet?',
    otherLink: 'Make one',
    signedOut: 'You are signed out. Nothing of your list stays in this tab.',
    deleted: 'Your account was deleted in another tab. Nothing of it stays in this browser.',
  },
  signUp: {
    title: 'Make an account',
    submit: 'Make the account',
    other: 'Have one already?',
    otherLink: 'Sign in',
    instead: 'Sign in instead.',
    check: {
      title: 'Look into your mail',
      text: (email: string) =>
        `A message is on its way to ${email}. Open the link in it: that confirms the address and signs you in.`,
      missing:
        'Nothing there after a few minutes? Look into the folder for junk mail, then have it sent again.',
      back: 'Go to sign in',
    },
  },
  trial: {
    title: 'Just looking around?',
    text: 'This is a trial on one machine. Two accounts are ready, with a dozen tasks each.',
    use: (name: string) => `Use ${name}’s account`,
  },
  signOut: 'Sign out',
  noScript: {
    signIn:
      'Signing in needs JavaScript, which is switched off in this browser. Switch it on for this site and load the page again.',
    form: 'This form needs JavaScript, which is switched off in this browser. Switch it on for this site and load the page again.',
  },
  errors: {
    INVALID_EMAIL_OR_PASSWORD:
      'That e-mail and password do not go together. Check both, then try again.',
    INVALID_EMAIL: 'This does not look like an e-mail address.',
    NAME_TOO_LONG: 'That name is too long. Use at most 200 characters.',
    INVALID_PASSWORD: 'That password is not right. Try again.',
    PASSWORD_TOO_SHORT: 'The password is too short. Use at least 8 characters.',
    PASSWORD_TOO_LONG: 'The password is too long. Use at most 128 characters.',
    USER_ALREADY_EXISTS: 'There is an account with this e-mail already.',
    USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'There is an account with this e-mail already.',
    EMAIL_NOT_VERIFIED:
      'This address is not confirmed yet. Open the link in the newest message there. If none comes within a few minutes, sign in again to ask for another.',
    MAIL_UNAVAILABLE:
      'No mail can be sent at the moment, so nothing was done. Try again in a few minutes.',
    INVALID_TOKEN: 'This link has been used or is too old. Ask for a new one.',
    overloaded:
      'Too many people are signing in at this moment. Nothing was lost; try again in a few seconds.',
    OVERLOADED:
      'Too many people are signing in at this moment. Nothing was lost; try again in a few seconds.',
    TOKEN_EXPIRED: 'This link is too old. Ask for a new one.',
    SESSION_EXPIRED: 'You were signed out in the meantime. Sign in and try again.',
    SESSION_NOT_FRESH: 'It has been a while since you signed in. Sign in again to do this.',
    FAILED_TO_CREATE_USER: 'The account could not be made. Nothing was kept; try again.',
    VALIDATION_ERROR: 'Something in the form is missing or not as expected. Check each field.',
  } as Readonly<Record<string, string>>,
  unreachable: 'The site did not answer. Check your connection and try again; nothing was lost.',
  unavailable: 'Signing in does not work at the moment. Nothing was lost; try again in a minute.',
  unknown: 'That did not work, and we do not know why. Nothing was changed; try again.',
  wait: (seconds: number) =>
    seconds <= 90
      ? `Too many attempts. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
      : `Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`,
  waitOver: 'You can try again now.',
  missing: {
    name: 'Tell us what to call you.',
    email: 'Enter your e-mail address.',
    password: 'Enter your password.',
    newPassword: 'Choose a password with at least 8 characters.',
  },
} as const
