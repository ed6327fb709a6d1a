import { describe, expect, it } from 'vitest'
import { SESSION_UPDATE_AGE } from '../auth/sessions/session-use.js'
import { describeMoment, describeUse } from './moment.js'

const now = new Date('2026-11-21T23:30:00Z')

describe('describeMoment', () => {
  it.each([
    ['2026-11-21T22:05:00Z', 'UTC', 'today at 22:05'],
    ['2026-11-21T22:05:00Z', 'Europe/Berlin', 'yesterday at 23:05'],
    ['2026-11-20T00:00:00Z', 'UTC', 'yesterday at 00:00'],
    ['2026-11-03T09:30:00Z', 'UTC', 'on Tue 3 Nov at 09:30'],
    ['2025-12-31T09:30:00Z', 'UTC', 'on Wed 31 Dec 2025 at 09:30'],
  ])('puts %s in %s into words', (moment, timeZone, text) => {
    expect(describeMoment(new Date(moment), now, timeZone)).toBe(text)
  })
})

describe('describeUse', () => {
  it('says nothing more exact than what is known', () => {
    const known = new Date(now.getTime() - SESSION_UPDATE_AGE * 1000)
    expect(describeUse(known, now, 'UTC')).toBe(describeMoment(known, now, 'UTC'))
    expect(describeUse(new Date(known.getTime() + 1), now, 'UTC')).toBeNull()
    expect(describeUse(new Date('2026-11-21T22:31:00Z'), now, 'UTC')).toBeNull()
    expect(describeUse(new Date('2026-11-21T22:30:00Z'), now, 'UTC')).toBe('today at 22:30')
  })
})
