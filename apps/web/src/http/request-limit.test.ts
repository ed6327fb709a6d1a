import { expect, it } from 'vitest'
import { createRequestLimit, toKind } from './request-limit.js'

const MINUTE = 60

function start(pages = 2, others = 3) {
  let time = 0
  const limit = createRequestLimit({
    limits: { page: { window: MINUTE, max: pages }, other: { window: MINUTE, max: others } },
    now: () => time,
  })
  return {
    /** Seconds to wait, of so many requests one after the other. */
    ask: (url: string, address: string, count = 1) =>
      Array.from({ length: count }, () => limit.consume(toKind(url), address)),
    pass(seconds: number) {
      time += seconds * 1000
    },
  }
}

it('lets through so many pages of one address in a window, and says when it ends', () => {
  const { ask, pass } = start()
  pass(5)
  expect(ask('/sign-in', '192.0.2.1', 2)).toEqual([0, 0])
  pass(20.5)
  expect(ask('/', '192.0.2.1', 2)).toEqual([40, 40])
  expect(ask('/', '192.0.2.2')).toEqual([0])
  pass(39.5)
  expect(ask('/', '192.0.2.1', 3)).toEqual([0, 0, 60])
})

it('counts what is not rendered apart', () => {
  const { ask } = start(1, 2)
  expect(ask('/dashboard', '192.0.2.1', 2)).toEqual([0, 60])
  expect(ask('/_next/static/chunks/0a~b-1.js', '192.0.2.1')).toEqual([0])
  expect(ask('/api/auth/get-session?x=/..', '192.0.2.1')).toEqual([60])
  expect(ask('/api/session?wait', '192.0.2.1', 2)).toEqual([0, 60])
  expect(ask('/.well-known/jwks.json', '192.0.2.1')).toEqual([60])
})

it.each([
  '/api/../sign-in',
  '/api/%2e%2e/sign-in',
  '/_next/static/..%2f..%2fsign-in',
  '//api/session',
  '/api\\session',
  '/_next/image?url=/opengraph-image.png&w=64&q=75',
  '/apis',
  '',
])('takes %j for a page, because it may become one', (url) => {
  const { ask } = start(1, 100)
  expect(ask(url, '192.0.2.1', 2)).toEqual([0, 60])
})

it('takes a /64 of IPv6 for one household, and a /48 for four', () => {
  const { ask } = start(1)
  expect([...ask('/', '2001:db8:1:1::1'), ...ask('/', '2001:db8:1:1:ffff::2')]).toEqual([0, 60])
  const others = [2, 3, 4, 5].flatMap((group) => ask('/', `2001:db8:1:${group}::1`))
  expect(others).toEqual([0, 0, 0, 60])
  expect(ask('/', '2001:db8:2:1::1')).toEqual([0])
})

it('counts 50 000 networks at a time, so that made-up addresses do not fill the memory', () => {
  const { ask } = start(1)
  ask('/', '192.0.2.1')
  expect(ask('/', '192.0.2.1')).toEqual([60])
  for (let index = 0; index < 50_000; index += 1) {
    ask('/', `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
  }
  // It came first, so it is the first that is forgotten.
  expect(ask('/', '192.0.2.1')).toEqual([0])
})
