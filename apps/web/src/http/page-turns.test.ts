import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, it, vi } from 'vitest'
import { createPageTurns } from './page-turns.js'

function start(most: number, patience = 60_000) {
  const turns = createPageTurns(most, patience)
  const begun: string[] = []
  return {
    begun,
    /** Asks, and gives what ends the answer. */
    ask(network: string, name: string) {
      // All that is looked at is when it closes.
      const response = new EventEmitter() as unknown as ServerResponse
      turns.take(network, response, () => begun.push(name))
      return () => void response.emit('close')
    },
  }
}

it('are given to so many of a network at a time, in the order in which they came', () => {
  const { ask, begun } = start(2)
  const [first, second] = ['a', 'b', 'c', 'd'].map((name) => ask('one', name))
  ask('two', 'e')
  expect(begun).toEqual(['a', 'b', 'e'])
  second?.()
  expect(begun).toEqual(['a', 'b', 'e', 'c'])
  first?.()
  expect(begun).toEqual(['a', 'b', 'e', 'c', 'd'])
})

it('are not given to who has hung up', () => {
  const { ask, begun } = start(1)
  const first = ask('one', 'a')
  const second = ask('one', 'b')
  ask('one', 'c')
  second()
  first()
  expect(begun).toEqual(['a', 'c'])
})

it('begin anew once all have ended', () => {
  const { ask, begun } = start(1)
  ask('one', 'a')()
  ask('one', 'b')()
  ask('one', 'c')
  ask('one', 'd')
  expect(begun).toEqual(['a', 'b', 'c'])
})

it('are not waited for long, because those who have them may wait for something else', async () => {
  const { ask, begun } = start(1, 500)
  const [first, second] = ['a', 'b'].map((name) => ask('one', name))
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b']), 20_000)
  ask('one', 'c')
  // One is still under way, and there is room for one.
  first?.()
  expect(begun).toEqual(['a', 'b'])
  second?.()
  expect(begun).toEqual(['a', 'b', 'c'])
})
