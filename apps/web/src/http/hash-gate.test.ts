import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, it, vi } from 'vitest'
import { createHashGate } from './hash-gate.js'

const signIn = '/api/auth/sign-in/email'

function start(most: number, turns = most, patience = 60_000) {
  const gate = createHashGate({ most, turns, patience })
  const begun: (string | null)[] = []
  const turnedAway: (string | null)[] = []
  const closes: (() => void)[] = []
  return {
    begun,
    turnedAway,
    countWaiting: gate.countWaiting,
    /** Ends the answer of the request that came so many after the first. */
    end: (index: number) => closes[index]?.(),
    ask(network: string | null, url = signIn, method = 'POST') {
      // All that the gate reads of a request, and all that it hears of an answer.
      const response = new EventEmitter() as unknown as ServerResponse
      closes.push(() => void response.emit('close'))
      const request = { url, method } as IncomingMessage
      let isAdmitted = true
      gate.admit(request, response, network, {
        begin: () => begun.push(network),
        turnAway: () => {
          isAdmitted = false
          turnedAway.push(network)
        },
      })
      return isAdmitted
    },
  }
}

it('admits as many as can be hashed soon, and the next when one has ended', () => {
  const { ask, end } = start(4)
  expect(['a', 'b', 'c', 'd', 'e'].map((network) => ask(network))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
  end(3)
  expect([ask('e'), ask('f')]).toEqual([true, false])
})

it('listens once for the end of an answer: Next.js listens often, and beyond ten Node warns', () => {
  const response = new EventEmitter() as unknown as ServerResponse
  const request = { url: signIn, method: 'POST' } as IncomingMessage
  createHashGate().admit(request, response, 'a', { begin: () => {}, turnAway: () => {} })
  expect(response.listenerCount('close')).toBe(1)
})

it('lets two begin and the others wait for them, in the order in which they came', () => {
  const { ask, begun, end, countWaiting } = start(8, 2)
  for (const network of ['a', 'b', 'c', 'd', 'e']) ask(network)
  expect([begun, countWaiting()]).toEqual([['a', 'b'], 3])
  end(1)
  expect(begun).toEqual(['a', 'b', 'c'])
  // Who hangs up while waiting has no turn.
  end(3)
  end(0)
  expect([begun, countWaiting()]).toEqual([['a', 'b', 'c', 'e'], 0])
})

it('turns away who waits long, because those who have their turn wait for something else', async () => {
  const { ask, begun, turnedAway, end, countWaiting } = start(8, 2, 10)
  for (const network of ['a', 'b', 'c', 'd']) ask(network)
  await vi.waitFor(() => expect(turnedAway).toEqual(['c', 'd']), 20_000)
  expect([begun, countWaiting()]).toEqual([['a', 'b'], 0])
  // Their answers end, and nobody is begun in their place.
  end(2)
  end(0)
  ask('e')
  expect(begun).toEqual(['a', 'b', 'e'])
})

it('gives half of the places to one network, and any to those whose network is not known', () => {
  const { ask, end } = start(4)
  expect([ask('a'), ask('a'), ask('a')]).toEqual([true, true, false])
  end(1)
  expect([ask('a'), ask('a')]).toEqual([true, false])
  const unknown = start(4)
  expect([1, 2, 3, 4, 5].map(() => unknown.ask(null))).toEqual([true, true, true, true, false])
})

it.each([
  [signIn, 'POST', false],
  [`${signIn}?a=b`, 'POST', false],
  [`${signIn}/`, 'POST', false],
  ['/api/auth//sign%2Din/email', 'POST', false],
  ['/api/auth/sign-in/%', 'POST', true],
  ['/api/auth/sign-out', 'POST', true],
  ['/api/auth/token', 'GET', true],
  [signIn, 'GET', true],
])('where there is no place left, %s by %s passes: %s', (url, method, isAdmitted) => {
  const { ask, begun } = start(2)
  ask('a')
  ask('b')
  expect(ask('c', url, method)).toBe(isAdmitted)
  expect(begun).toHaveLength(isAdmitted ? 3 : 2)
})
