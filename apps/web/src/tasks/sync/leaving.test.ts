import { describe, expect, it } from 'vitest'
import { createTestClock, makeTask, toId } from '../_task.js'
import { createLeaving, LEAVING_TIME } from './leaving.js'

const entry = (id: string) => {
  const before = makeTask({ id })
  return { before, after: { ...before, completed: true } }
}

function setUp(isStill: boolean) {
  const clock = createTestClock()
  const leaving = createLeaving({ isStill: () => isStill, after: clock.after })
  const ids = () => leaving.list().map(({ after }) => after.id)
  return { clock, leaving, ids }
}

describe('createLeaving', () => {
  it('keeps each task for a moment of its own', async () => {
    const { clock, leaving, ids } = setUp(false)
    leaving.add(entry(toId(1)))
    await clock.advance(LEAVING_TIME - 1)
    leaving.add(entry(toId(2)))
    expect(ids()).toEqual([toId(1), toId(2)])
    await clock.advance(1)
    expect(ids()).toEqual([toId(2)])
    await clock.advance(LEAVING_TIME)
    expect(ids()).toEqual([])
  })

  it('keeps a task once, however often it was completed', async () => {
    const { clock, leaving, ids } = setUp(false)
    leaving.add(entry(toId(1)))
    leaving.add(entry(toId(1)))
    expect(ids()).toEqual([toId(1)])
    await clock.advance(LEAVING_TIME)
    expect(ids()).toEqual([])
  })

  it('keeps nothing for people who want less motion', () => {
    const { leaving, ids } = setUp(true)
    leaving.add(entry(toId(1)))
    expect(ids()).toEqual([])
  })
})
