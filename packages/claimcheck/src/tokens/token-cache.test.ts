import { describe, expect, it } from 'vitest'
import { createTokenCache } from './token-cache.js'

/** Texts that differ where the cache looks: at the end. */
function name(group: string, index: number): string {
  return `header.payload.${`${group}${index}`.padStart(40, '-')}`
}

describe('createTokenCache', () => {
  it('gives what was remembered for exactly this text', () => {
    const cache = createTokenCache<number>(10)
    cache.set('header.payload.signature', 1)
    expect(cache.get('header.payload.signature')).toBe(1)
    expect(cache.get('header.payload.signaturE')).toBeUndefined()
    expect(cache.get('')).toBeUndefined()
  })

  it('never takes one text for another that ends alike', () => {
    const cache = createTokenCache<string>(10)
    const signature = 's'.repeat(86)
    cache.set(`good.payload.${signature}`, 'good')
    expect(cache.get(`evil.payload.${signature}`)).toBeUndefined()
    cache.set(`other.payload.${signature}`, 'other')
    expect(cache.get(`good.payload.${signature}`)).not.toBe('other')
    expect(cache.get(`other.payload.${signature}`)).toBe('other')
  })

  it('replaces what it remembers', () => {
    const cache = createTokenCache<number>(100)
    const token = name('a', 0)
    cache.set(token, 1)
    cache.set(token, 2)
    expect(cache.get(token)).toBe(2)
    // Pushed from probation to the main part by others, and replaced there.
    for (let index = 0; index < 20; index += 1) cache.set(name('b', index), index)
    cache.set(token, 3)
    expect(cache.get(token)).toBe(3)
    expect(cache.size).toBeLessThanOrEqual(100)
  })

  it.each([1, 2, 9, 10, 11, 100, 1_000])('with room for %i never holds more', (capacity) => {
    const cache = createTokenCache<number>(capacity)
    for (let index = 0; index < 5 * capacity + 50; index += 1) {
      cache.set(name('a', index), index)
      cache.get(name('a', index))
      cache.get(name('a', Math.floor(index / 2)))
      expect(cache.size).toBeLessThanOrEqual(capacity)
    }
    expect(cache.size).toBeGreaterThan(0)
  })

  it('with room for none remembers none', () => {
    const cache = createTokenCache<number>(0)
    cache.set('a', 1)
    expect(cache.get('a')).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('keeps every token in use through a flood of tokens that are seen once', () => {
    const cache = createTokenCache<number>(1_000)
    const hot = Array.from({ length: 500 }, (_, index) => name('hot', index))
    for (const [index, token] of hot.entries()) {
      cache.set(token, index)
      cache.get(token)
    }
    let misses = 0
    for (let index = 0; index < 100_000; index += 1) {
      cache.set(name('once', index), index)
      const at = index % hot.length
      if (cache.get(hot[at] ?? '') === undefined) {
        misses += 1
        cache.set(hot[at] ?? '', at)
      }
    }
    expect(misses).toBe(0)
    expect(cache.size).toBeLessThanOrEqual(1_000)
  })

  it('lets those go that nobody uses any more', () => {
    const cache = createTokenCache<number>(100)
    const generations = ['first', 'second']
    for (const generation of generations) {
      for (let round = 0; round < 3; round += 1) {
        for (let index = 0; index < 90; index += 1) {
          const token = name(generation, index)
          if (cache.get(token) === undefined) cache.set(token, index)
          cache.get(token)
        }
      }
    }
    const held = Array.from({ length: 90 }, (_, index) => cache.get(name('second', index)))
    expect(held.filter((value) => value !== undefined).length).toBeGreaterThan(80)
  })
})
