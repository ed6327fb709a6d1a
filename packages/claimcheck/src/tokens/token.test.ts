import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { parseToken } from './token.js'

const header = { alg: 'EdDSA', kid: 'k1' }
const claims = { sub: 'ada', team: { ids: [1, { deep: true }] } }

function write(
  headerText: string | object = header,
  payload: string | object = claims,
  signature = 'c2ln',
) {
  return [...[headerText, payload].map(encode), signature].join('.')
}

function encode(part: string | object): string {
  return base64url.encode(typeof part === 'string' ? part : JSON.stringify(part))
}

describe('parseToken', () => {
  it('gives the claims, the key id, the algorithm and the parts as they were sent', () => {
    const text = write()
    expect(parseToken(text)).toEqual({
      text,
      claims,
      keyId: 'k1',
      algorithm: 'EdDSA',
      type: undefined,
      parts: text.split('.'),
    })
  })

  it.each([undefined, 'JWT', 'at+jwt'])('takes the type %j', (typ) => {
    expect(parseToken(write({ ...header, typ }))).toMatchObject({ keyId: 'k1', type: typ })
  })

  it('takes header parameters it does not know, and an empty signature, which is for the key to judge', () => {
    expect(parseToken(write({ ...header, note: 1 }, claims, '')).parts[2]).toBe('')
  })

  it('takes a key id of 128 characters, and none of 129', () => {
    expect(parseToken(write({ ...header, kid: 'k'.repeat(128) })).keyId).toHaveLength(128)
    expect(() => parseToken(write({ ...header, kid: 'k'.repeat(129) }))).toThrow()
  })

  it('takes a token of 8 192 characters, and none of more', () => {
    // A signature of four characters times any number; the claims make up for the rest.
    const texts = [0, 1, 2, 3].map((size) => write(header, { note: 'x'.repeat(size) }, ''))
    const start = texts.find((text) => text.length % 4 === 0) ?? ''
    const longest = start + 'A'.repeat(8_192 - start.length)
    expect(parseToken(longest).keyId).toBe('k1')
    expect(() => parseToken(`${longest}AAAA`)).toThrow()
  })

  it.each([
    ['a number', 1],
    ['undefined', undefined],
    ['null', null],
    ['an array', ['a.b.c']],
    ['an object that looks like text', { length: 3, toString: () => write() }],
  ])('refuses %s that code without types handed in', (_, value) => {
    // Callers in JavaScript have no types to hold them back.
    expect(() => parseToken(value as unknown as string)).toThrow('not a well-formed signed JWT')
  })

  it.each([
    ['another type', write({ ...header, typ: 'dpop+jwt' })],
    ['no key id', write({ alg: 'EdDSA' })],
    ['an algorithm that is no string', write({ ...header, alg: ['EdDSA'] })],
    ['crit', write({ ...header, crit: [] })],
    ['a payload that is no object', write(header, '[]')],
    ['a member twice', write(header, '{"sub":"a","sub":"b"}')],
    ['a line break behind it', `${write()}\n`],
    ['spare bits', write(header, claims, 'c2l')],
    ['a dangling character', write(header, claims, 'c2lnA')],
  ])('refuses %s with a message that holds nothing of it', (_, text) => {
    const refusal = catchError(() => parseToken(text))
    expect(refusal).toMatchObject({ code: 'token_malformed', status: 401 })
    expect(String(refusal)).toBe('AuthError: The token is not a well-formed signed JWT.')
  })

  it('judges each header by itself, though it keeps the last one', () => {
    const bad = write({ ...header, crit: ['b64'] })
    const good = write()
    for (const text of [good, bad, good, bad, bad, good]) {
      if (text === good) expect(parseToken(text).keyId).toBe('k1')
      else expect(() => parseToken(text)).toThrow()
    }
  })

  it('tells each check as it begins, and stops at the one that fails', () => {
    const told: string[] = []
    expect(() => parseToken(write({ ...header, typ: 'x' }), (check) => told.push(check))).toThrow()
    expect(told).toEqual([
      'size',
      'characters',
      'encoding',
      'header',
      'claims',
      'header parameters',
      'type',
    ])
  })
})

function catchError(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
