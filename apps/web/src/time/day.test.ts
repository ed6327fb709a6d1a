import { describe, expect, it } from 'vitest'
import { addDays, countDays, formatDay, formatWeekday, toDay, toDayIn } from './day.js'

describe('days', () => {
  it('knows what day it is elsewhere', () => {
    const moment = new Date('2026-11-21T23:30:00Z')
    expect(toDayIn('UTC', moment)).toBe('2026-11-21')
    expect(toDayIn('Europe/Berlin', moment)).toBe('2026-11-22')
    expect(toDayIn('America/Los_Angeles', moment)).toBe('2026-11-21')
  })

  it('knows what day it is here', () => {
    expect(toDay(new Date(2026, 0, 5, 0, 0))).toBe('2026-01-05')
    expect(toDay(new Date(2026, 11, 31, 23, 59))).toBe('2026-12-31')
  })

  it('counts over months, years, leap days and changes of the clocks', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-03-29', -1)).toBe('2026-03-28')
    expect(countDays('2026-11-19', '2026-11-21')).toBe(2)
    expect(countDays('2026-11-21', '2026-11-19')).toBe(-2)
    expect(countDays('2026-10-24', '2026-10-26')).toBe(2)
  })

  it('names a day, and its year only when it is another one', () => {
    expect(formatDay('2026-11-30', '2026-11-21')).toBe('Mon 30 Nov')
    expect(formatDay('2027-01-04', '2026-11-21')).toBe('Mon 4 Jan 2027')
    expect(formatWeekday('2026-11-26')).toBe('Thursday')
  })
})
