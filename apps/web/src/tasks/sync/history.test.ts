import { describe, expect, it } from 'vitest'
import { createHistory } from './history.js'

function setUp() {
  const history = createHistory()
  const ran: string[] = []
  const add = (name: string) => history.add({ undone: name, run: () => void ran.push(name) })
  return { history, ran, add }
}

describe('createHistory', () => {
  it('takes back the newest step first, and each of them once', () => {
    const { history, ran, add } = setUp()
    add('one')
    add('two')
    expect(history.undoLast()?.undone).toBe('two')
    expect(history.undoLast()?.undone).toBe('one')
    expect(history.undoLast()).toBeNull()
    expect(ran).toEqual(['two', 'one'])
  })

  it('does not take back what was forgotten', () => {
    const { history, ran, add } = setUp()
    add('one')
    const forget = add('two')
    forget()
    forget()
    history.undoLast()
    expect(ran).toEqual(['one'])
  })

  it('forgets the oldest of very many', () => {
    const { history, ran, add } = setUp()
    for (let count = 1; count <= 101; count += 1) add(String(count))
    while (history.undoLast()) {}
    expect(ran).toHaveLength(100)
    expect(ran.at(-1)).toBe('2')
  })
})
