import { describe, expect, it } from 'vitest'
import { readBearerToken } from './bearer.js'
import { AuthError } from './errors.js'

const url = 'https://api.test/tasks'

/** Every place a credential can come from; each must be read alike. */
const sources = [
  ['Headers', (value: string) => new Headers({ Authorization: value })],
  ['Request', (value: string) => new Request(url, { headers: { Authorization: value } })],
  ['rawHeaders', (value: string) => ({ rawHeaders: ['AUTHORIZATION', value], url })],
] as const

describe.each(sources)('readBearerToken from %s', (_, toSource) => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer   abc', 'abc'],
  ])('finds the token in %j', (value, token) => {
    expect(readBearerToken(toSource(value))).toBe(token)
  })

  it.each([
    ['', 'token_missing'],
    ['Bearer', 'token_missing'],
    ['Bearer   ', 'token_missing'],
    ['Bearerabc', 'token_missing'],
    ['Bearers abc', 'token_missing'],
    ['Bearer-2 abc', 'token_missing'],
    ['abc', 'token_missing'],
    ['Basic YTpi', 'token_missing'],
    ['Digest username="a", realm="b"', 'token_missing'],
    ['Bearer\tabc', 'token_malformed'],
    ['Bearer\xa0abc', 'token_malformed'],
    ['Bearer: abc', 'token_malformed'],
    ['Bearer a, Bearer b', 'request_malformed'],
    ['Basic YTpi, Bearer b', 'request_malformed'],
    ['Bearer a, Basic YTpi', 'request_malformed'],
    ['Bearer, Bearer b', 'request_malformed'],
  ])('refuses %j with %s', (value, code) => {
    expect(readCode(() => readBearerToken(toSource(value)))).toBe(code)
  })

  it('keeps a no-break space, which is no white space of HTTP', () => {
    expect(readBearerToken(toSource('Bearer abc\xa0'))).toBe('abc\xa0')
  })

  it('looks at each of a header’s megabytes of spaces once: to look again at each would take days', () => {
    expect(readBearerToken(toSource(`Bearer ${' '.repeat(5_000_000)}x y`))).toBe('x y')
  })
})

describe('readBearerToken', () => {
  it.each([
    ['the same twice', ['Authorization', 'Bearer a', 'Authorization', 'Bearer a']],
    ['names of other case', ['authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer b']],
    ['an empty one first', ['Authorization', '', 'Authorization', 'Bearer b']],
    ['another scheme last', ['Authorization', 'Bearer a', 'Authorization', 'Basic YTpi']],
  ])('refuses two headers: %s', (_, rawHeaders) => {
    expect(readCode(() => readBearerToken({ rawHeaders }))).toBe('request_malformed')
    const headers = new Headers()
    for (let at = 0; at < rawHeaders.length; at += 2) {
      headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
    }
    expect(readCode(() => readBearerToken(headers))).toBe('request_malformed')
  })

  it('does not take the value of another header for a name', () => {
    const rawHeaders = ['X-Note', 'authorization', 'X-Other', 'Bearer a']
    expect(readCode(() => readBearerToken({ rawHeaders }))).toBe('token_missing')
  })

  it('refuses a token in the query only beside one in the header', () => {
    const address = `${url}?page=2&access_token=abc`
    const withBoth = { rawHeaders: ['Authorization', 'Bearer abc'], url: address }
    expect(readCode(() => readBearerToken(withBoth))).toBe('request_malformed')
    expect(readCode(() => readBearerToken(new Request(address)))).toBe('token_missing')
    const other = new Request(`${url}?my_access_token=abc`, {
      headers: { Authorization: 'Bearer abc' },
    })
    expect(readBearerToken(other)).toBe('abc')
  })
})

function readCode(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof AuthError) return error.code
    throw error
  }
  return 'accepted'
}
