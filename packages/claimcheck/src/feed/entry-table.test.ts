import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createEntryTable, toEntryKey } from './entry-table.js'

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function toSegment(names: readonly string[]): Buffer {
  return Buffer.concat(names.map((name) => toDigest(name).subarray(0, 16)))
}

function toKey(name: string) {
  return toEntryKey(toDigest(name).toString('base64url'))
}

describe('the table of entries', () => {
  it('knows what was added, by the name that a token gives it, and nothing else', () => {
    const table = createEntryTable()
    const names = Array.from({ length: 50_000 }, (_, index) => `session-${index}`)
    table.add(toSegment(names), 0)
    expect(table.size).toBe(50_000)
    expect(names.every((name) => table.has(toKey(name)))).toBe(true)
    expect(names.some((name) => table.has(toKey(`other-${name}`)))).toBe(false)
  })

  it('counts an entry once, and keeps it from the last time it was added', () => {
    const table = createEntryTable()
    table.add(toSegment(['a', 'b']), 0)
    table.add(toSegment(['a']), 10_000)
    expect(table.size).toBe(2)
    table.forget(5_000, 0)
    table.forget(5_000, 60_000)
    expect([table.has(toKey('a')), table.has(toKey('b')), table.size]).toEqual([true, false, 1])
  })

  it('forgets a part at a time, and all of it within a minute', () => {
    const table = createEntryTable()
    table.add(toSegment(Array.from({ length: 10_000 }, (_, index) => `${index}`)), 0)
    table.forget(1_000, 100_000)
    expect(table.size).toBe(10_000)
    table.forget(1_000, 115_000)
    expect(table.size).toBeGreaterThan(6_500)
    expect(table.size).toBeLessThan(8_500)
    table.forget(1_000, 160_000)
    expect(table.size).toBe(0)
  })

  it('takes an entry that is all zeros for one', () => {
    const table = createEntryTable()
    expect(table.has([0, 0, 0, 0])).toBe(false)
    table.add(new Uint8Array(16), 0)
    expect(table.has([0, 0, 0, 0])).toBe(true)
  })

  it('finds its way where all entries begin alike', () => {
    const table = createEntryTable()
    for (let index = 0; index < 20_000; index += 1) table.put([1, 2, 3, index], 0)
    expect([table.size, table.has([1, 2, 3, 777]), table.has([1, 2, 3, 20_000])]).toEqual([
      20_000,
      true,
      false,
    ])
  })

  it('reads base64url as everybody does', () => {
    for (const text of ['x', 'y', 'z', 'ÿ']) {
      const digest = toDigest(text)
      const words = [0, 4, 8, 12].map((at) => digest.readUInt32BE(at))
      expect(toEntryKey(digest.toString('base64url'))).toEqual(words)
    }
  })
})
