/** Words of the outbox of a trial. */

export const outboxCopy = {
  title: 'Mail outbox',
  lead: 'This is a trial on one machine, so mail is kept here instead of being sent. What comes is shown at once.',
  backToTasks: 'Back to your tasks',
  backToSignIn: 'Back to sign in',
  none: 'No mail yet. Ask for a new password, and it will be here.',
  count: (count: number) => (count === 1 ? '1 message' : `${count} messages`),
  to: 'To',
  away: 'This site does not answer at the moment. What is shown may be old.',
} as const
