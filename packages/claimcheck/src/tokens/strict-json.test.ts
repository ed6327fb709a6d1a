import { describe, expect, it, vi } from 'vitest'
import { parseStrictObject } from './strict-json.js'

describe('parseStrictObject', () => {
  it.each([
    '{}',
    '{"a":1}',
    ' { "a" : 1 , "b" : [ 1 , { "a" : 2 } ] } ',
    '{"a":{"a":{"a":1}}}',
    '{"a":[{"b":1},{"b":2}]}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":"b","b":"a"}',
    '{"a":["a","a","a"]}',
    '{"a":1.0,"b":1e2,"c":"\\u0061"}',
    '{"2":1,"1":2}',
    '{"":1,"a":""}',
    '{"a":"\\\\","b":1}',
    '{"__proto__":{"a":1},"a":2}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseStrictObject(text)).toEqual(JSON.parse(text))
  })

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    ' {"a":1, "a":2}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"o":{"a":1,"a":2}}',
    '{"l":[0,{"a":1,"a":2}]}',
    '{"l":[[[{"a":[],"b":{},"a":{}}]]]}',
    '{"a":"x","b":[1,"a",{"c":1}],"a":1}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"\\"":1,"\\"":2}',
    '{"a\\\\":1,"a\\\\":2}',
  ])('refuses %s, where a member stands twice', (text) => {
    expect(JSON.parse(text)).toBeTypeOf('object')
    expect(() => parseStrictObject(text)).toThrow('Expected every member once')
  })

  it.each(['', 'null', '1', '"{}"', '[]', '[{}]', 'true', '{', '{}x', '{"a":1,}', "{'a':1}"])(
    'refuses %j, which is no JSON object',
    (text) => {
      expect(() => parseStrictObject(text)).toThrow(SyntaxError)
    },
  )

  const opened = (depth: number) => '['.repeat(depth - 1)
  const closed = (depth: number) => ']'.repeat(depth - 1)

  it.each([
    ['arrays', (depth: number) => `{"a":${opened(depth)}1${closed(depth)}}`],
    ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
  ])('reads %s of 16 levels, and refuses those of 17', (_, nest) => {
    expect(parseStrictObject(nest(16))).toEqual(JSON.parse(nest(16)))
    expect(() => parseStrictObject(nest(17))).toThrow('Expected no more than 16 levels')
  })

  it('takes brackets side by side and in strings for no depth', () => {
    const text = `{"a":[${'[],'.repeat(100)}{}],"b":"${'[{'.repeat(100)}","c":"\\"[[[[[[[[[[[[[[[[["}`
    expect(parseStrictObject(text)).toEqual(JSON.parse(text))
  })

  it('refuses what is too deep before any of it is parsed', () => {
    const parse = vi.spyOn(JSON, 'parse')
    expect(() => parseStrictObject(`{"a":${'['.repeat(8_000)}`)).toThrow('16 levels')
    expect(parse).not.toHaveBeenCalled()
    parse.mockRestore()
  })

  it('gives "__proto__" as a member and changes no prototype', () => {
    const value = parseStrictObject('{"__proto__":{"sub":"eve"}}')
    expect(value.sub).toBeUndefined()
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})
