import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { createFeedBrake } from './feed-brake.js'

const held = '/api/auth/revocations/manifest?wait=1'

/** A brake that is asked about requests, of which the app answers those that get through. */
function start() {
  let time = 1_000_000
  const brake = createFeedBrake(() => time)
  return {
    pass(milliseconds: number) {
      time += milliseconds
    },
    ask(url: string, status = 200): 'app' | 'brake' {
      const response = Object.assign(new EventEmitter(), {
        statusCode: status,
        writeHead: () => ({ end: () => undefined }),
      })
      // All that the brake touches of either.
      const given = response as unknown as ServerResponse
      const isRefused = brake.refuses({ url } as IncomingMessage, given)
      if (!isRefused) response.emit('finish')
      return isRefused ? 'brake' : 'app'
    },
  }
}

it('a feed that refuses is spared for the rest of the second', () => {
  const { ask, pass } = start()
  expect([ask(held), ask(held, 429), ask(held), ask(held)]).toEqual([
    'app',
    'app',
    'brake',
    'brake',
  ])
  pass(1000)
  expect(ask(held)).toBe('app')
})

it('nothing else is held up by it', () => {
  const { ask } = start()
  ask(held, 429)
  const others = [
    '/api/auth/revocations',
    '/api/auth/revocations/segments/x?wait=1',
    '/api/auth/token',
    '/sign-in?wait=1',
  ]
  expect(others.map((url) => ask(url, 429))).toEqual(['app', 'app', 'app', 'app'])
  expect(ask('/api/auth/revocations?a=b&wait=5')).toBe('brake')
})
