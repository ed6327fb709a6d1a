/** Words of the pages around the app. */

export const siteCopy = {
  name: 'Claimcheck',
  description:
    'Let your own API trust people who signed in with Better Auth: checked in the API itself, rows kept apart in Postgres, and signed out means signed out.',
  docs: 'https://github.com/claimcheck/claimcheck/blob/main/docs/five-minutes.md',
  menuFailed: 'The menu could not be loaded. This is what is in it:',
  skip: 'Skip to the content',
  theme: { label: 'Appearance', light: 'Light', dark: 'Dark', system: 'As the system' },
  notFound: {
    title: 'There is no page here',
    text: 'The address may be mistyped, or the page has moved. Your tasks are where you left them.',
    back: 'Go to your tasks',
  },
  error: {
    title: 'This page could not be shown',
    text: 'Something failed on our side. Nothing you saved is lost.',
    again: 'Try again',
    home: 'Go to the start page',
    reference: (digest: string) => `If you report it, mention ${digest}.`,
  },
} as const
