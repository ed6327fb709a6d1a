/** What the two ready-made people have to do, with dates around today. */

/** A task as the API takes it. */
export interface TrialTask {
  id: string
  title: string
  notes: string
  completed: boolean
  priority: 0 | 1 | 2 | 3
  dueOn: string | null
}

export interface TrialPerson {
  name: string
  email: string
  password: string
  /** The newest last, as they would have been written. */
  tasks(today: Date): TrialTask[]
}

interface Draft {
  title: string
  notes?: string
  done?: boolean
  priority?: 1 | 2 | 3
  /** Days from today. */
  due?: number
}

export const alice: TrialPerson = {
  name: 'Alice Marlow',
  email: 'alice@example.com',
  password: 'alice-claimcheck',
  tasks: (today) => aliceDrafts.map((draft, index) => toTask(draft, 'a11ce000', index, today)),
}

export const bob: TrialPerson = {
  name: 'Bob Castellan',
  email: 'bob@example.com',
  password: 'bob-claimcheck',
  tasks: (today) => bobDrafts.map((draft, index) => toTask(draft, 'b0b00000', index, today)),
}

const aliceDrafts: readonly Draft[] = [
  { title: 'Return the library books', done: true, due: -6 },
  {
    title: 'Book the train to Ghent',
    notes: 'Friday after five, back on Sunday. Window seats, quiet coach.',
    done: true,
    priority: 2,
    due: -3,
  },
  { title: 'Send the signed lease back', done: true, priority: 3, due: -1 },
  { title: 'Learn to fold a fitted sheet' },
  {
    title: 'Plan the autumn bulbs',
    notes: 'Tulips by the wall, crocus under the apple tree, none where the dog digs.',
    due: 21,
  },
  { title: 'Find a frame for the small print', priority: 1 },
  {
    title: 'Write to Margit',
    notes: 'She asked about the summer house. Enclose the photograph from the pier.',
    priority: 1,
    due: 9,
  },
  {
    title: 'Renew the passport',
    notes: 'Two photographs, the old passport, 65 euros.',
    priority: 2,
    due: 12,
  },
  { title: 'Choose a paint for the hallway', due: 5 },
  {
    title: 'Finish the slides for Thursday',
    notes: 'Three findings, one chart each. Leave ten minutes for questions.',
    priority: 3,
    due: 2,
  },
  { title: 'Pay the electricity bill', priority: 3, due: -2 },
  {
    title: 'Collect the coat from the cleaner',
    notes: 'Ticket 212, before six.',
    priority: 2,
    due: 0,
  },
]

const bobDrafts: readonly Draft[] = [
  { title: 'Oil the garden gate', done: true, due: -8 },
  { title: 'Call the landlord about the boiler', done: true, priority: 3, due: -4 },
  {
    title: 'Back up the photographs',
    notes: 'Both drives, then take one to the office.',
    done: true,
    priority: 1,
    due: -2,
  },
  { title: 'Read the second half of the novel' },
  { title: 'Sort the box of cables', notes: 'Keep one of each. Really only one.' },
  { title: 'Try the bakery by the canal' },
  { title: 'Sharpen the kitchen knives', priority: 1, due: 14 },
  {
    title: 'Find a tent for August',
    notes: 'Two people and a dog, under three kilograms, not orange.',
    priority: 1,
    due: 30,
  },
  { title: 'Cancel the gym', notes: 'Notice is four weeks, in writing.', priority: 2, due: 6 },
  { title: 'Prepare the talk for the bike club', priority: 2, due: 3 },
  {
    title: 'Take the car to its inspection',
    notes: 'The papers are in the glove box.',
    priority: 3,
    due: -1,
  },
  {
    title: 'Buy a birthday present for Nora',
    notes: 'She mentioned a bird guide.',
    priority: 3,
    due: 0,
  },
]

/** The ids are fixed, so that creating a task again is not creating another one. */
function toTask(draft: Draft, prefix: string, index: number, today: Date): TrialTask {
  const { title, notes = '', done = false, priority = 0, due } = draft
  return {
    id: `${prefix}-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
    title,
    notes,
    completed: done,
    priority,
    dueOn: due === undefined ? null : addDays(today, due),
  }
}

/** The day by this machine's calendar. */
function addDays(today: Date, days: number): string {
  const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() + days)
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
  return parts.map((part) => String(part).padStart(2, '0')).join('-')
}
