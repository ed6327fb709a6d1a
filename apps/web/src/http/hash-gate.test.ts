import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { createHashGate } from './hash-gate.js'

const signIn = '/api/auth/sign-in/email'

function start(most: number) {
  const gate = createHashGate(most)
  const leave: (() => void)[] = []
  return {
    leave,
    // All that the gate reads of a request.
    ask: (network: string | null, url = signIn, method = 'POST') =>
      gate.admits({ url, method } as IncomingMessage, network, (end) => leave.push(end)),
  }
}

it('admits as many as can be hashed soon, and the next when one has ended', () => {
  const { ask, leave } = start(4)
  expect(['a', 'b', 'c', 'd', 'e'].map((network) => ask(network))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
  leave.pop()?.()
  expect([ask('e'), ask('f')]).toEqual([true, false])
})

it('gives half of the places to one network, and any to those whose network is not known', () => {
  const { ask, leave } = start(4)
  expect([ask('a'), ask('a'), ask('a')]).toEqual([true, true, false])
  leave.pop()?.()
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
])('%s by %s goes on while no hash is free: %s', (url, method, isAdmitted) => {
  expect(start(0).ask('a', url, method)).toBe(isAdmitted)
})
