/** The two accounts that `npm start` makes for a trial on one machine. */

export interface TrialPerson {
  readonly name: string
  readonly email: string
  readonly password: string
}

export const trialPeople: readonly TrialPerson[] = [
  { name: 'Alice', email: 'alice@example.com', password: 'alice-claimcheck' },
  { name: 'Bob', email: 'bob@example.com', password: 'bob-claimcheck' },
]
