/** Every code block of README.md and docs/ stands word for word in a file that the tests run. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './_imports.js'

const documents = ['README.md', ...listMarkdown('docs')].filter((name) =>
  existsSync(join(root, name)),
)
const languages = /^(ts|tsx|js|jsx|bash|sh|python|sql)$/

describe.each(documents)('%s', (name) => {
  const text = readFileSync(join(root, name), 'utf8')

  it.each(readCodeBlocks(text))('takes the block on line $line from $source', (block) => {
    expect(block.source, 'an HTML comment before the block names its file').toBeDefined()
    const source = readFileSync(join(root, String(block.source)), 'utf8')
    expect(source).toContain(block.code)
  })

  it('closes every fence', () => {
    expect(text.split('\n').filter((line) => line.startsWith('```')).length % 2).toBe(0)
  })
})

it('reads the source of a block from the comment before it, and misses one that is not there', () => {
  const text =
    '<!-- a/b.ts -->\n```ts\nlet a\n\nlet b\n```\n\n```sh\nls\n```\n```text\nno code\n```\n'
  expect(readCodeBlocks(text)).toEqual([
    { line: 2, source: 'a/b.ts', code: 'let a\n\nlet b\n' },
    { line: 8, source: undefined, code: 'ls\n' },
  ])
})

function readCodeBlocks(text: string) {
  const blocks = []
  const pattern = /(?:<!-- (\S+) -->\n\s*)?^```(\w+)[^\n]*\n(.*?)^```$/gms
  for (const match of text.matchAll(pattern)) {
    const [whole, source, language = '', code = ''] = match
    if (!languages.test(language)) continue
    const start = match.index + whole.indexOf('```')
    blocks.push({ line: text.slice(0, start).split('\n').length, source, code })
  }
  return blocks
}

function listMarkdown(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}
