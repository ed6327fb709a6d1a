/** Words of the account pages, and of the ways back to an account. */

export const accountCopy = {
  page: {
    title: 'Your account',
    lead: (email: string) => `Signed in as ${email}`,
    back: 'Back to your tasks',
    sections: 'Sections of this page',
    unread: 'This could not be read just now. Load the page again in a minute.',
    noScript:
      'Without JavaScript you can look at your account here and sign devices out. Switch it on to do the rest.',
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
      missing:
        'Nothing there after a few minutes? Look into the folder for junk mail, then ask again.',
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
  name: {
    title: 'What are you called?',
    short: 'Name',
    label: 'Name',
    submit: 'Save the name',
    done: 'Saved. This is what you are called from now on.',
  },
  email: {
    title: 'Which address is yours?',
    short: 'E-mail',
    now: (email: string) =>
      `It is ${email} now. You sign in with it, and it is where a link for a new password goes.`,
    label: 'New e-mail',
    password: 'Your password',
    submit: 'Change the address',
    same: 'This is your address already.',
    done: (email: string) => `Your address is ${email} from now on. Sign in with it next time.`,
    sent: (email: string) =>
      `A message is on its way to ${email}. Open the link in it, and the address is changed. Until then nothing changes.`,
    taken: (email: string) =>
      `The address could not be changed to ${email}. There may be another account with it.`,
    changed: 'Your new address is confirmed.',
    bad: 'That link does not work any more. Your address is as it was; change it here again.',
  },
  password: {
    title: 'Change your password',
    short: 'Password',
    fact: 'Every other device is signed out when you do, and loses access within two seconds. This one stays signed in.',
    current: 'Current password',
    next: 'New password',
    submit: 'Change the password',
    same: 'This is your current password. Choose another one.',
    done: 'Your password is changed. Signed out everywhere else. Other devices lose access within two seconds.',
  },
  devices: {
    title: 'Where you are signed in',
    short: 'Devices',
    here: 'This device',
    since: (when: string) => `Signed in ${when}`,
    used: (when: string) => `Last used ${when}`,
    usedNow: 'Used within the last hour',
    exact: 'When a device was last used is known to the hour.',
    today: (time: string) => `today at ${time}`,
    yesterday: (time: string) => `yesterday at ${time}`,
    day: (day: string, time: string) => `on ${day} at ${time}`,
    on: (browser: string, system: string) => `${browser} on ${system}`,
    browser: 'A browser',
    system: 'an unknown system',
    program: 'A program, or an unknown browser',
    signOut: 'Sign out',
    signOutOf: (device: string, since: string) => `Sign out ${device}, ${since}`,
    everywhere: 'Sign out everywhere else',
    alone: 'You are signed in nowhere else.',
    ended: 'Signed out. That device loses access within two seconds.',
    endedBefore: 'That device was signed out already.',
    endedAll: 'Signed out everywhere else. Other devices lose access within two seconds.',
    many: (shown: number, count: number) =>
      `These are ${shown} of ${count}: this device and those used last. “Sign out everywhere else” signs out the rest as well.`,
    failed:
      'Nobody was signed out, because your own sign-in could not be checked. Try again in a minute.',
    unfinished:
      'Signing out did not come to its end: some devices may still be signed in. Try again in a minute.',
  },
  events: {
    title: 'What happened lately',
    short: 'Activity',
    text: 'The newest first. If one of these was not you, change your password: that signs every other device out.',
    none: 'Nothing yet.',
    kinds: {
      'signed in': 'Signed in',
      'password changed': 'Password changed',
      'address changed': 'E-mail address changed',
      'devices ended': 'Devices signed out',
    },
    from: (device: string, address: string) => `${device}, from ${address}`,
  },
  export: {
    title: 'Take your data with you',
    short: 'Your data',
    text: 'Every task you have, those in the trash included. The file is made in this browser.',
    json: 'Download as JSON',
    csv: 'Download as CSV',
    busy: (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'} so far`,
    done: (count: number) =>
      `Downloaded ${count} ${count === 1 ? 'task' : 'tasks'}. The file is where your downloads go.`,
    unreachable:
      'The task service did not answer, so no file was made. Nothing is lost; try again.',
    busyService: (seconds: number) =>
      `The task service asks for a short pause. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    signedOut: 'You were signed out in the meantime. Sign in and try again.',
    failed: 'The task service did not hand out your tasks, so no file was made. Try again later.',
  },
  remove: {
    title: 'Delete your account',
    short: 'Delete',
    text: 'It ends your account and deletes your tasks. The next page says what happens and when.',
    link: 'Delete the account',
    page: {
      title: 'Delete your account?',
      lead: (email: string) => `This is about the account of ${email}. It cannot be undone.`,
      steps: [
        {
          when: 'At once',
          what: 'Your name, address and password are deleted, and you are signed out here.',
        },
        { when: 'Within two seconds', what: 'Every other device loses access.' },
        {
          when: 'Within a minute',
          what: 'All your tasks are deleted, those in the trash included.',
        },
      ],
      export: 'Want to keep your tasks?',
      exportLink: 'Download them first',
      password: 'Your password',
      submit: 'Delete the account for good',
      cancel: 'Keep the account',
    },
    receipt: {
      title: 'Your account is deleted',
      label: 'Receipt',
      account: 'Account',
      deleted: 'Deleted',
      tasks: 'Tasks gone by',
      text: 'Your name, address and password are gone. Other devices lose access within two seconds, and your tasks are deleted within a minute.',
      home: 'Go to the start page',
      none: {
        title: 'There is no receipt here',
        text: 'It is shown once an account was deleted, in the tab in which that was done, until the tab is closed.',
      },
    },
  },
} as const
