import { expect, it } from 'vitest'
import { holdToken } from './held-token.js'

function encode(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
}

const good = { sub: 'alice', iat: 1_000, exp: 1_900 }

it('reads issue and lifetime, and leaves everything else to the API', () => {
  let age = 0
  const text = encode({ ...good, name: 'Zoë ☃', kid: '~~~???' })
  const token = holdToken(text, () => age)
  expect(token).toMatchObject({ text, subject: 'alice', issuedAt: 1_000, lifetime: 900_000 })
  age = 100_000
  expect(token.remaining()).toBe(800_000)
})

it.each([
  ['nothing', undefined],
  ['null', null],
  ['an object', { token: encode(good) }],
  ['the word undefined', 'undefined'],
  ['an opaque token', 'q7JzVxkEJxrGrkTpTRqOUy8YbBeVqrQi'],
  ['two parts', encode(good).replace(/\.c2ln$/, '')],
  ['four parts', `${encode(good)}.c2ln`],
  ['a line break, which is no header value', `${encode(good)}\r\nx-admin: 1`],
  ['white space', ` ${encode(good)}`],
  ['no JSON', 'e30.bm90IGpzb24.c2ln'],
  ['no base64url', 'e30.a.c2ln'],
  ['a payload that is null', encode(null)],
  ['a payload that is a number', encode(1)],
  ['no iat', encode({ ...good, iat: undefined })],
  ['an iat of null', encode({ ...good, iat: null })],
  ['an iat that is text', encode({ ...good, iat: '1000' })],
  ['no exp', encode({ ...good, exp: undefined })],
  ['an exp that is no number', encode({ ...good, exp: 'soon' })],
  ['an end before its beginning', encode({ ...good, exp: 999 })],
  ['no life at all', encode({ ...good, exp: 1_000 })],
])('finds unreadable: %s', (_, text) => {
  const hold = () => holdToken(text, () => 0)
  expect(hold).toThrow(expect.objectContaining({ code: 'token_unreadable' }))
})
