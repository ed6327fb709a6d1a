import { describe, expect, it } from 'vitest'
import { makeTask } from '../_task.js'
import { endsAt, isShown, type ListState, readListState, toAddress, toListQuery } from './views.js'

const today = '2026-11-21'
const state = (values: Partial<ListState> = {}): ListState => ({
  view: 'open',
  q: '',
  sort: null,
  priority: null,
  ...values,
})

describe('the address', () => {
  it.each<[string, ListState]>([
    ['/dashboard', state()],
    ['/dashboard?view=today', state({ view: 'today' })],
    ['/dashboard?q=red+ink%26co', state({ q: 'red ink&co' })],
    ['/dashboard?view=done&sort=priority', state({ view: 'done', sort: 'priority' })],
    ['/dashboard?priority=high', state({ priority: 3 })],
    ['/dashboard?priority=none', state({ priority: 0 })],
  ])('%s says it all, both ways', (address, expected) => {
    expect(toAddress(expected)).toBe(address)
    expect(readListState(new URL(address, 'https://a.example').searchParams)).toEqual(expected)
  })

  it('leaves out what it does not know', () => {
    const parameters = new URLSearchParams('view=secret&sort=evil&priority=9&q=%20')
    expect(readListState(parameters)).toEqual(state())
  })

  it('does not name the order that is usual for a view', () => {
    expect(toAddress(state({ view: 'today', sort: 'due' }))).toBe('/dashboard?view=today')
  })
})

describe('isShown', () => {
  const cases: ReadonlyArray<[Partial<ListState>, Parameters<typeof makeTask>[0], boolean]> = [
    [{ view: 'open' }, {}, true],
    [{ view: 'open' }, { completed: true }, false],
    [{ view: 'open' }, { deletedAt: '2026-11-20T08:00:00.000Z' }, false],
    [{ view: 'today' }, { dueOn: '2026-11-21' }, true],
    [{ view: 'today' }, { dueOn: '2026-11-19' }, true],
    [{ view: 'today' }, { dueOn: '2026-11-22' }, false],
    [{ view: 'today' }, { dueOn: null }, false],
    [{ view: 'upcoming' }, { dueOn: '2026-11-22' }, true],
    [{ view: 'upcoming' }, { dueOn: '2026-11-21' }, false],
    [{ view: 'upcoming' }, { dueOn: null }, false],
    [{ view: 'done' }, { completed: true }, true],
    [{ view: 'trash' }, { deletedAt: '2026-11-20T08:00:00.000Z', completed: true }, true],
    [{ view: 'trash' }, {}, false],
    [{ q: 'COAT' }, {}, true],
    [{ q: 'ticket' }, { notes: 'Ticket 212' }, true],
    [{ q: 'hat' }, {}, false],
    [{ priority: 2 }, { priority: 2 }, true],
    [{ priority: 2 }, { priority: 3 }, false],
  ]
  it.each(cases)('%j with %j: %s', (partial, task, expected) => {
    expect(isShown(makeTask(task), state(partial), today)).toBe(expected)
  })
})

describe('endsAt', () => {
  it('ends Today after today, and Upcoming where the days end', () => {
    expect(endsAt(makeTask({ dueOn: '2026-11-22' }), state({ view: 'today' }), today)).toBe(true)
    expect(endsAt(makeTask({ dueOn: '2026-11-21' }), state({ view: 'today' }), today)).toBe(false)
    expect(endsAt(makeTask({ dueOn: '2026-12-24' }), state({ view: 'upcoming' }), today)).toBe(
      false,
    )
    expect(endsAt(makeTask({ dueOn: null }), state({ view: 'upcoming' }), today)).toBe(true)
  })

  it('knows no end in another order, in another view, or before the first answer', () => {
    const task = makeTask({ dueOn: null })
    expect(endsAt(task, state({ view: 'today', sort: 'newest' }), today)).toBe(false)
    expect(endsAt(task, state({ view: 'open', sort: 'due' }), today)).toBe(false)
    expect(endsAt(undefined, state({ view: 'today' }), today)).toBe(false)
  })
})

describe('toListQuery', () => {
  it('asks Today and Upcoming the same question, so that they share an answer', () => {
    expect(toListQuery(state({ view: 'today' }))).toEqual(toListQuery(state({ view: 'upcoming' })))
  })
})
