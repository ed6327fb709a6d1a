/** Words of the front page. */

export const homeCopy = {
  title: 'Let your own API trust people who signed in with Better Auth.',
  lead: 'Each token is checked in your API, in about a microsecond and without a call to the site that issued it. Postgres keeps every person’s rows apart, even where a query forgets to. Whoever signs out loses access within two seconds.',
  install: 'npm install claimcheck',
  links: {
    inspector: 'Follow your own request',
    docs: 'Five minutes to your API',
    api: 'API reference',
  },
  signUp: 'Make an account',
  signIn: 'Sign in',
  dashboard: 'Open your tasks',
  picture: {
    title: 'What happens',
    actors: ['Browser', 'Your site', 'Your API', 'Postgres'],
    messages: [
      {
        arrow: 'browser-site',
        who: 'Browser to your site:',
        text: 'Somebody signs in, with Better Auth',
      },
      {
        arrow: 'site-browser',
        who: 'Your site to the browser:',
        text: 'A token, good for fifteen minutes',
      },
      {
        arrow: 'site-api',
        who: 'Your site to your API:',
        text: 'Now and then: the public keys, and who has signed out',
      },
      {
        arrow: 'browser-api',
        who: 'Browser to your API:',
        text: 'Each request brings the token',
      },
      {
        arrow: 'api-api',
        who: 'Your API:',
        text: 'Claimcheck checks it here, and asks nobody',
      },
      {
        arrow: 'api-postgres',
        who: 'Your API to Postgres:',
        text: 'Only the rows of this person can be seen',
      },
    ],
  },
  list: {
    title: 'The demonstration: a list that only opens for you',
    text: 'A whole app stands on it, to be used, tried to be broken, and copied from. Write down what you have to do, give it a day, and get it done. Nobody else can read it: not by a wrong link, not by a mistake in the code.',
  },
  holds: {
    title: 'What holds, whatever happens',
    facts: [
      {
        title: 'Never a false sign-out',
        text: '“Your token is bad” and “I cannot check it now” are different answers. A new key or an outage signs nobody out.',
      },
      {
        title: 'Signed out means signed out',
        text: 'Your API follows who has signed out, in the background: access ends everywhere within two seconds.',
      },
      {
        title: 'Two fences',
        text: 'Another person’s path is refused before any query. Should your code forget to, Postgres does not.',
      },
    ],
  },
  sample: {
    label: 'What a list looks like',
    tasks: [
      { title: 'Fetch the coat from the cleaner', due: 'Today', today: true, done: false },
      { title: 'Order envelopes, the cream ones', due: 'Tomorrow', today: false, done: false },
      { title: 'Answer Marta about the train', due: 'Friday', today: false, done: false },
      { title: 'Water the lemon tree', due: '', today: false, done: true },
    ],
  },
} as const
