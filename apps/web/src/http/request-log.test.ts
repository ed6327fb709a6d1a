import { expect, it } from 'vitest'
import { createLogger } from '../auth/log.js'
import type { Answered } from './observe.js'
import { logRequest } from './request-log.js'

const page: Answered = {
  method: 'GET',
  route: '/dashboard',
  status: 200,
  milliseconds: 12.345,
  isHeld: false,
}

it.each([
  ['a page', {}, 30],
  ['what every page asks for', { route: '/_next' }, 20],
  ['a probe', { route: '/readyz' }, 20],
  ['what was held', { route: '/api/session', isHeld: true }, 20],
  ['what was held and refused', { route: '/api/session', isHeld: true, status: 429 }, 30],
  ['what cannot be answered now', { status: 503 }, 40],
  ['a fault', { status: 500 }, 50],
  ['a method that somebody made up', { method: 'ALICE' }, 30],
])('a line for %s, as the API has it', (_, answered, level) => {
  const lines: unknown[] = []
  const log = createLogger('debug', { write: (line) => void lines.push(JSON.parse(line)) })
  const { method, route, status } = { ...page, ...answered }
  logRequest(log, { ...page, ...answered })
  expect(lines).toEqual([
    {
      level,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      method: method === 'GET' ? 'GET' : 'other',
      route,
      status,
      milliseconds: 12.3,
      msg: 'request',
    },
  ])
})
