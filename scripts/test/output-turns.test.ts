import { expect, it } from 'vitest'
import { createTurns } from './output-turns.js'

it('prints the first as it comes, and each other once all before it have ended', () => {
  let printed = ''
  const turns = createTurns({
    write: (text) => {
      printed += text
    },
  })
  const [first, second, third] = [turns.take(), turns.take(), turns.take()]
  first.write('a')
  second.write('d')
  third.write('f')
  second.end()
  first.write('b')
  expect(printed).toBe('ab')
  first.end()
  expect(printed).toBe('abdf')
  third.write('g')
  expect(printed).toBe('abdfg')
})
