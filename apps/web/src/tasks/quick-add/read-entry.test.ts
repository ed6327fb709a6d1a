import { describe, expect, it } from 'vitest'
import { readEntry } from './read-entry.js'

/** A Saturday. */
const today = '2026-11-21'

function read(text: string, ...literal: string[]) {
  const { title, phrases } = readEntry(text, today, new Set(literal))
  const found = phrases.map((phrase) => (phrase.kind === 'day' ? phrase.dueOn : phrase.priority))
  return [title, ...found]
}

describe('readEntry', () => {
  it.each([
    ['Call Bob tomorrow', 'Call Bob', '2026-11-22'],
    ['Call Bob today', 'Call Bob', '2026-11-21'],
    ['Tomorrow call Bob', 'call Bob', '2026-11-22'],
    ['Fetch the coat fri', 'Fetch the coat', '2026-11-27'],
    ['Fetch the coat on Friday', 'Fetch the coat', '2026-11-27'],
    ['Order envelopes 24 dec', 'Order envelopes', '2026-12-24'],
    ['Order envelopes 3/12', 'Order envelopes', '2026-12-03'],
    ['Pay the rent 2027-01-04', 'Pay the rent', '2027-01-04'],
    ['Water the lemon in 3 days', 'Water the lemon', '2026-11-24'],
    ['Water the lemon next week', 'Water the lemon', '2026-11-28'],
    ['Water the lemon 2 days from now', 'Water the lemon', '2026-11-23'],
    ['Pay the rent !1', 'Pay the rent', 3],
    ['!2 Pay the rent', 'Pay the rent', 2],
    ['Pay !low the rent', 'Pay the rent', 1],
    ['Pay the rent !1 tomorrow', 'Pay the rent', 3, '2026-11-22'],
    ['Pay the rent tomorrow !3', 'Pay the rent', '2026-11-22', 1],
  ])('understands %j', (text, ...expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    'Buy stamps',
    'Buy sun cream for the trip',
    'Read “The Day After Tomorrow”',
    'Say "tomorrow"',
    "Sing 'Friday'",
    'Answer the mail of yesterday',
    'Meet Marta tomorrow at 5pm',
    'Be in Rome 3 dec to 7 dec',
    'May has to sign',
    'Write !important in the margin',
    'Wow!1',
    'tomorrow',
    '!1',
    'Ask about sunday-school fees',
    'Renew the lease 330d',
    'Buy a cable of 12m',
    'Read for 3 days',
    'Write the plan of the next 3 days',
    'Finish within 2 weeks',
  ])('leaves %j as it is', (text) => {
    expect(read(text)).toEqual([text])
  })

  it('keeps as text what somebody wants kept, and goes on with the rest', () => {
    expect(read('Watch Black Friday', 'friday')).toEqual(['Watch Black Friday'])
    expect(read('Call Bob tomorrow !1', 'tomorrow')).toEqual(['Call Bob tomorrow', 3])
    expect(read('Call Bob tomorrow !1', '!1')).toEqual(['Call Bob tomorrow !1'])
  })

  it('says where it found what, so that it can be given back', () => {
    const { phrases } = readEntry('Pay !1 tomorrow', today, new Set())
    expect(phrases.map(({ start, end, text }) => [start, end, text])).toEqual([
      [4, 6, '!1'],
      [7, 15, 'tomorrow'],
    ])
  })
})
