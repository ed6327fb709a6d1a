/** Words of the pages around the app. */

export const siteCopy = {
  name: 'Claimcheck',
  description: 'A calm list for what you have to do, kept apart from everybody else’s.',
  skip: 'Skip to the content',
  home: {
    title: 'A list that only opens for you.',
    lead: 'Write down what you have to do, give it a day, and get it done. Nobody else can read it: not by a wrong link, not by a mistake in our code.',
    signUp: 'Make an account',
    signIn: 'Sign in',
    dashboard: 'Open your tasks',
    how: 'How it keeps your list yours',
    steps: [
      {
        title: 'You sign in here',
        text: 'This site knows who you are. It never sees your tasks’ database.',
      },
      {
        title: 'You get a stub',
        text: 'Like the one for your coat. It is good for fifteen minutes and renewed while you work.',
      },
      {
        title: 'The task service checks it',
        text: 'It reads the stub by itself, finds your shelf, and the database hands out nothing from any other.',
      },
    ],
    sample: {
      label: 'What a list looks like',
      tasks: [
        { title: 'Fetch the coat from the cleaner', due: 'Today', today: true, done: false },
        { title: 'Order envelopes, the cream ones', due: 'Tomorrow', today: false, done: false },
        { title: 'Answer Marta about the train', due: 'Friday', today: false, done: false },
        { title: 'Water the lemon tree', due: '', today: false, done: true },
      ],
    },
  },
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
