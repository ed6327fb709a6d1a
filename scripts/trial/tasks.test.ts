import { describe, expect, test } from 'vitest'
import { alice, bob } from './tasks.js'

const today = new Date(2026, 11, 30, 23, 30)

describe.each([alice, bob])('the tasks of $name', (person) => {
  const tasks = person.tasks(today)

  test('are a dozen, some done, some urgent, some with notes, some without a date', () => {
    expect(tasks).toHaveLength(12)
    expect(tasks.filter((task) => task.completed).length).toBeGreaterThanOrEqual(3)
    expect(new Set(tasks.map((task) => task.priority))).toEqual(new Set([0, 1, 2, 3]))
    expect(tasks.some((task) => task.notes !== '')).toBe(true)
    expect(tasks.some((task) => task.dueOn === null)).toBe(true)
  })

  test('are due around today, also across the end of a year', () => {
    const days = tasks.flatMap((task) => task.dueOn ?? [])
    expect(days).toContain('2026-12-30')
    expect(days.some((day) => day < '2026-12-30')).toBe(true)
    expect(days.some((day) => day > '2027-01-01')).toBe(true)
    for (const day of days) expect(new Date(day).toISOString().slice(0, 10)).toBe(day)
  })

  test('have the same ids each time', () => {
    const ids = tasks.map((task) => task.id)
    expect(new Set(ids).size).toBe(12)
    expect(person.tasks(new Date()).map((task) => task.id)).toEqual(ids)
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-\d{12}$/)
  })
})
