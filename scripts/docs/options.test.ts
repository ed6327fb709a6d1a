import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../start/data-dir.js'
import { readFields, toOptionsPage } from './options.js'

describe('docs/options.md', () => {
  it('docs/options.md says what the types say; `npm run options` writes it', () => {
    expect(readFileSync(join(root, 'docs/options.md'), 'utf8')).toBe(toOptionsPage(root))
  })

  it('docs/options.md has a row for every option, and a sentence in each', () => {
    const page = toOptionsPage(root)
    for (const name of ['issuer', 'jwksUrl', 'staleIfError', 'whenStale', 'rotation', 'origins']) {
      expect(page).toMatch(new RegExp(`^\\| \\**\`${name}\``, 'm'))
    }
    expect(page.match(/^\| .*\| *\|$/gm)?.filter((row) => !row.startsWith('| option'))).toEqual([])
  })

  it('docs/options.md is read from interfaces field by field', () => {
    const text = `export interface A extends B {
  /** What it is. */
  first: string
  /**
   * Two lines
   * of it.
   */
  readonly second?: {
    deep: 1 | 2
  }
}
export interface C {
  /** Not of A. */
  third: number
}
`
    expect(readFields(text, 'A')).toEqual([
      { name: 'first', type: 'string', isRequired: true, text: 'What it is.' },
      { name: 'second', type: '{ deep: 1 | 2 }', isRequired: false, text: 'Two lines of it.' },
    ])
    expect(() => readFields(text, 'D')).toThrow('There is no interface D.')
  })
})
