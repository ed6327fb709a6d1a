import { describe, expect, it } from 'vitest'
import { readIfMatch, toETag } from './etag.js'

describe('If-Match', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    [' * ', undefined],
    ['"1"', [1]],
    ['"1", "22" ,"3"', [1, 22, 3]],
    ['W/"1"', []],
    ['"1", W/"2"', [1]],
    ['1', []],
    ['""', []],
    ['"0"', []],
    ['"01"', []],
    ['"-1"', []],
    ['"1.0"', []],
    ['"2147483648"', []],
    ['"2147483647"', [2_147_483_647]],
    ['"1""2"', []],
    ['"*"', []],
  ])('%j allows %j', (header, versions) => {
    expect(readIfMatch(header)).toEqual(versions)
  })

  it('allows what toETag made', () => {
    expect(toETag(7)).toBe('"7"')
    expect(readIfMatch(toETag(7))).toEqual([7])
  })
})
